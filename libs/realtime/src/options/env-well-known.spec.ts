import { configFaults } from '../rules/config-faults.fixture.js';
import { realtimeOptionsFromEnv } from './options-from-env.js';

type Env = Readonly<Record<string, string>>;

const faultsOf = (env: Env): readonly string[] => configFaults(() => realtimeOptionsFromEnv(env));

describe('WS_RATE_LIMIT_*', () => {
  const on = { WS_RATE_LIMIT_ENABLED: 'true' };

  it('limit the calls of each session: 100 in a minute, 10 at once, unless they say otherwise', () => {
    expect(realtimeOptionsFromEnv(on)).toEqual({ rate: { session: { capacity: 10, refillPerSec: 100 / 60 } } });
    const env = { ...on, WS_RATE_LIMIT_RATE: '30', WS_RATE_LIMIT_INTERVAL: '10s', WS_RATE_LIMIT_BURST: '5' };
    expect(realtimeOptionsFromEnv(env)).toEqual({ rate: { session: { capacity: 5, refillPerSec: 3 } } });
    expect(realtimeOptionsFromEnv({ ...env, WS_RATE_LIMIT_INTERVAL: '500' })).toMatchObject({ rate: { session: { refillPerSec: 60 } } });
  });

  it('stand beside the other limits', () => {
    const env = { ...on, REALTIME_RATE_METHODS: '{"heartbeat":false}' };
    expect(realtimeOptionsFromEnv(env)).toMatchObject({ rate: { methods: { heartbeat: false }, session: { capacity: 10 } } });
  });

  it('limit nothing while they are off', () => {
    expect(realtimeOptionsFromEnv({ WS_RATE_LIMIT_ENABLED: 'false', WS_RATE_LIMIT_RATE: '5' })).toEqual({});
    expect(realtimeOptionsFromEnv({ WS_RATE_LIMIT_RATE: '5' })).toEqual({});
  });

  it('are named when they are wrong, also while they are off', () => {
    const wrong = { WS_RATE_LIMIT_RATE: '0', WS_RATE_LIMIT_INTERVAL: 'soon', WS_RATE_LIMIT_BURST: '-1' };
    const faults = [
      'WS_RATE_LIMIT_RATE must be a number greater than 0, got "0"',
      'WS_RATE_LIMIT_INTERVAL must be a time as 500ms, 10s, 1m or a number of ms, got "soon"',
      'WS_RATE_LIMIT_BURST must be a number greater than 0, got "-1"',
    ];
    expect(faultsOf(wrong)).toEqual(faults);
    expect(faultsOf({ ...wrong, WS_RATE_LIMIT_ENABLED: 'no' })).toEqual([
      'WS_RATE_LIMIT_ENABLED must be true or false, got "no"',
      ...faults,
    ]);
  });

  it('are refused as a bucket that cannot be', () => {
    expect(faultsOf({ ...on, WS_RATE_LIMIT_BURST: '1.5' })).toEqual([
      expect.stringMatching(/^WS_RATE_LIMIT_\*: the bucket must be .*got 1\.5/),
    ]);
  });

  it('do not silently win over REALTIME_RATE_SESSION, nor lose', () => {
    expect(faultsOf({ ...on, REALTIME_RATE_SESSION: '{"capacity":1,"refillPerSec":1}' })).toEqual([
      'WS_RATE_LIMIT_ENABLED and REALTIME_RATE_SESSION both set rate.session; use one of them',
    ]);
  });
});

describe('WS_AUTH_ENABLED and WS_BEARER_TOKENS', () => {
  it('sign in those who hold a token', () => {
    const { auth } = realtimeOptionsFromEnv({ WS_AUTH_ENABLED: '1', WS_BEARER_TOKENS: 'one, ops:two, ada:three:admin+audit' });
    const authenticator = auth?.authenticator as { authenticate(token: string): unknown };
    expect(['one', 'two', 'three', 'four', ''].map((token) => authenticator.authenticate(token))).toEqual([
      { userId: 'bearer-1' },
      { userId: 'ops' },
      { userId: 'ada', roles: ['admin', 'audit'] },
      null,
      null,
    ]);
  });

  it('sign in nobody while they are off', () => {
    expect(realtimeOptionsFromEnv({ WS_AUTH_ENABLED: 'false', WS_BEARER_TOKENS: 'one' })).toEqual({});
    expect(realtimeOptionsFromEnv({ WS_BEARER_TOKENS: 'one' })).toEqual({});
  });

  it('need each other', () => {
    expect(faultsOf({ WS_AUTH_ENABLED: 'true' })).toEqual(['WS_AUTH_ENABLED needs WS_BEARER_TOKENS']);
  });

  it('name every entry that is wrong, and quote no token', () => {
    const faults = faultsOf({
      WS_AUTH_ENABLED: 'true',
      WS_BEARER_TOKENS: 'secret1,:secret2,ops:,a:sec ret3,b:secret1,c:secret4:,d:secret5:x:y',
    });
    expect(faults).toEqual([
      'WS_BEARER_TOKENS, entry 2: the user before the colon is missing',
      'WS_BEARER_TOKENS, entry 3: the token is missing',
      'WS_BEARER_TOKENS, entry 4: a token is printable ASCII without spaces',
      'WS_BEARER_TOKENS, entry 5: the token is there twice',
      'WS_BEARER_TOKENS, entry 6: roles are names joined by +',
      'WS_BEARER_TOKENS, entry 7: roles are names joined by +',
    ]);
  });
});

describe('what looks like one of them', () => {
  it.each(['WS_AUTH_ENABLD', 'WS_RATE_LIMIT_BURSTT', 'WS_BEARER_TOKEN'])('is not passed over: %s', (variable) => {
    expect(faultsOf({ [variable]: 'x' })).toEqual([
      expect.stringMatching(new RegExp(`^${variable} is not read; known here: .*WS_AUTH_ENABLED`)),
    ]);
  });

  it('is left alone where it is empty, a link to a service, or of others', () => {
    expect(faultsOf({ WS_AUTH_ENABLD: '', WS_AUTH_SERVICE_HOST: '10.0.0.1', WS_AUTH_PORT: 'tcp://10.0.0.1:80', WS_PORT: '1' })).toEqual([]);
  });

  it('is an adapter that there is not', () => {
    expect(faultsOf({ WS_PUBSUB_ADAPTER: 'redis' })).toEqual([
      'WS_PUBSUB_ADAPTER must be local, got "redis": the option cluster takes an engine, which no text can say',
    ]);
    expect(faultsOf({ WS_PUBSUB_ADAPTER: 'local' })).toEqual([]);
  });
});
