import { configFaults } from '../rules/config-faults.fixture.js';
import { envOptions, CODE_ONLY } from './env-names.js';
import { realtimeOptionsFromEnv } from './options-from-env.js';
import { RULES, resolveOptions } from './realtime.options.js';

type Env = Readonly<Record<string, string>>;

/** One text for every variable, and what it means. A new option needs its row here. */
const EXAMPLES: Readonly<Record<string, readonly [text: string, value: unknown]>> = {
  REALTIME_PATH: ['/ws/:tenant', '/ws/:tenant'],
  REALTIME_PORT: ['3001', 3001],
  REALTIME_HOST: ['127.0.0.1', '127.0.0.1'],
  REALTIME_AUTH_COOKIE: ['sid', 'sid'],
  REALTIME_AUTH_QUERY_TOKEN: ['access_token', 'access_token'],
  REALTIME_AUTH_REQUIRED: ['true', true],
  REALTIME_AUTH_REFRESH_GRACE_MS: ['0', 0],
  REALTIME_ORIGINS: ['https://a.example, https://*.b.example', ['https://a.example', 'https://*.b.example']],
  REALTIME_TRUSTED_PROXIES: ['10.0.0.0/8,::1', ['10.0.0.0/8', '::1']],
  REALTIME_ADMISSION_TIMEOUT_MS: ['750', 750],
  REALTIME_ANONYMOUS_TIMEOUT_MS: ['0', 0],
  REALTIME_SINGLE_SESSION: ['platform', 'platform'],
  REALTIME_LIMITS_FRAME_BYTES: ['16384', 16_384],
  REALTIME_LIMITS_BATCH_ITEMS: ['1', 1],
  REALTIME_LIMITS_JSON_DEPTH: ['8', 8],
  REALTIME_LIMITS_IN_FLIGHT: ['4', 4],
  REALTIME_LIMITS_IN_FLIGHT_BYTES: ['1024', 1024],
  REALTIME_LIMITS_TOPICS_PER_SESSION: ['5', 5],
  REALTIME_LIMITS_SESSIONS_PER_TOPIC: ['0', 0],
  REALTIME_LIMITS_TOPIC_NAME_BYTES: ['64', 64],
  REALTIME_LIMITS_CONNECTIONS_TOTAL: ['10000', 10_000],
  REALTIME_LIMITS_CONNECTIONS_PER_USER: ['3', 3],
  REALTIME_LIMITS_CONNECTIONS_PER_ADDRESS: ['20', 20],
  REALTIME_LIMITS_CONNECTIONS_ANONYMOUS: ['100', 100],
  REALTIME_RATE_SESSION: ['{"capacity":20,"refillPerSec":2.5}', { capacity: 20, refillPerSec: 2.5 }],
  REALTIME_RATE_USER: ['{"capacity":30,"refillPerSec":3}', { capacity: 30, refillPerSec: 3 }],
  REALTIME_RATE_ADDRESS: ['{"capacity":40,"refillPerSec":4}', { capacity: 40, refillPerSec: 4 }],
  REALTIME_RATE_METHODS: ['{"heartbeat":false}', { heartbeat: false }],
  REALTIME_RATE_STRIKES: ['{"capacity":3,"refillPerSec":0.1}', { capacity: 3, refillPerSec: 0.1 }],
  REALTIME_RATE_BYTES_PER_TOKEN: ['512', 512],
  REALTIME_OUTBOUND_MAX_BYTES: ['65536', 65_536],
  REALTIME_OUTBOUND_MAX_FRAMES: ['16', 16],
  REALTIME_OUTBOUND_POLICY: ['drop-oldest', 'drop-oldest'],
  REALTIME_TOPICS: ['{"ticker:*":{"slow":"drop-oldest"}}', { 'ticker:*': { slow: 'drop-oldest' } }],
  REALTIME_VALIDATION: ['0', false],
  REALTIME_METHODS_HEARTBEAT: ['false', false],
  REALTIME_METHODS_SUBSCRIBE: ['join', 'join'],
  REALTIME_METHODS_UNSUBSCRIBE: ['leave', 'leave'],
  REALTIME_METHODS_PRESENCE: ['who', 'who'],
  REALTIME_DEFAULT_TOPIC_POLICY: ['deny', 'deny'],
  REALTIME_PLATFORMS: ['web,tv', ['web', 'tv']],
  REALTIME_METHODS_LOGIN: ['signIn', 'signIn'],
  REALTIME_METHODS_LOGOUT: ['false', false],
  REALTIME_METHODS_REFRESH: ['renew', 'renew'],
  REALTIME_COMPRESSION: ['{"thresholdBytes":512}', { thresholdBytes: 512 }],
  REALTIME_HEARTBEAT_PING_INTERVAL_MS: ['5000', 5_000],
  REALTIME_HEARTBEAT_PONG_TIMEOUT_MS: ['2500', 2_500],
  REALTIME_HEARTBEAT_IDLE_TIMEOUT_MS: ['60000', 60_000],
  REALTIME_DRAIN_DELAY_MS: ['1000', 1_000],
  REALTIME_DRAIN_WINDOW_MS: ['2000', 2_000],
  REALTIME_FAIRNESS_SLICE_MS: ['0', 0],
  REALTIME_DRAIN_TIMEOUT_MS: ['5000', 5_000],
  REALTIME_DEBUG_STATS: ['1', true],
  REALTIME_WRITE_TIMEOUT_MS: ['1000', 1_000],
};

const faultsOf = (env: Env): readonly string[] => configFaults(() => realtimeOptionsFromEnv(env));

/** The value of `limits.frameBytes` and its like. */
function valueAt(options: object, option: string): unknown {
  return option.split('.').reduce<unknown>((inner, name) => Object(inner)[name] as unknown, options);
}

const readable = envOptions(RULES).filter(({ option }) => !CODE_ONLY.has(option));

describe('the names of options in the environment', () => {
  it('are there for every option that a text can say', () => {
    expect(readable.map(({ variable }) => variable).sort()).toEqual(Object.keys(EXAMPLES).sort());
  });

  it('are all different', () => {
    const variables = envOptions(RULES).map(({ variable }) => variable);
    expect(new Set(variables).size).toBe(variables.length);
  });

  it('leave out only options that exist, and that are classes, objects or functions', () => {
    const options = new Map(envOptions(RULES).map(({ option, rule }) => [option, rule]));
    for (const name of CODE_ONLY) expect([name, options.get(name)?.('text')]).toEqual([name, expect.stringMatching(/class|engine/)]);
  });
});

describe('realtimeOptionsFromEnv', () => {
  it.each(Object.entries(EXAMPLES))('reads %s', (variable, [text, value]) => {
    const option = readable.find((one) => one.variable === variable)?.option ?? variable;
    expect(valueAt(realtimeOptionsFromEnv({ [variable]: ` ${text} ` }), option)).toEqual(value);
  });

  it('gives options that the module takes, all together', () => {
    const env = Object.fromEntries(Object.entries(EXAMPLES).map(([variable, [text]]) => [variable, text]));
    const options = realtimeOptionsFromEnv({ ...env, WS_AUTH_ENABLED: 'true', WS_BEARER_TOKENS: 't' });
    expect(resolveOptions(options)).toMatchObject({ path: '/ws/:tenant', limits: { inFlight: 4, connections: { perUser: 3 } } });
  });

  it('gives nothing where nothing is set, or only empty texts', () => {
    expect(realtimeOptionsFromEnv({})).toEqual({});
    expect(realtimeOptionsFromEnv({ REALTIME_PATH: '', REALTIME_PORT: '  ', WS_BEARER_TOKENS: '', WS_RATE_LIMIT_ENABLED: '' })).toEqual({});
  });

  it('reads the environment of the process if none is given', () => {
    expect(realtimeOptionsFromEnv()).toEqual(realtimeOptionsFromEnv(process.env));
  });

  it.each([
    [{ REALTIME_LIMITS_FRAME_BYTES: '64k' }, 'REALTIME_LIMITS_FRAME_BYTES must be an integer within 1..2147483647, got "64k"'],
    [{ REALTIME_DRAIN_WINDOW_MS: '-1' }, 'REALTIME_DRAIN_WINDOW_MS must be an integer within 0..2147483647, got "-1"'],
    [{ REALTIME_VALIDATION: 'yes' }, 'REALTIME_VALIDATION must be true, false or an object, got "yes"'],
    [{ REALTIME_SINGLE_SESSION: 'on' }, 'REALTIME_SINGLE_SESSION must be one of off, user, platform, got "on"'],
    [{ REALTIME_AUTH_QUERY_TOKEN: 'true' }, 'REALTIME_AUTH_QUERY_TOKEN must be a name or false, got "true"'],
    [{ REALTIME_RATE_SESSION: '{"capacity":' }, 'REALTIME_RATE_SESSION is not valid JSON, got "{\\"capacity\\":"'],
    [{ REALTIME_OBSERVERS: 'x' }, 'REALTIME_OBSERVERS cannot be read: observers is given in code'],
  ])('names the variable that it cannot read: %p', (env, fault) => {
    expect(faultsOf(env as Env)).toEqual([fault]);
  });

  it('names all of them in one error, unknown ones too', () => {
    const faults = faultsOf({
      REALTIME_PATH: 'ws',
      REALTIME_LIMIT_FRAME_BYTES: '1',
      REALTIME_COLOUR: 'red',
      WS_RATE_LIMIT_ENABLED: 'perhaps',
      OTHER: 'x',
    });
    expect(faults).toEqual([
      expect.stringMatching(/^REALTIME_PATH /),
      expect.stringMatching(/^WS_RATE_LIMIT_ENABLED /),
      'REALTIME_LIMIT_FRAME_BYTES is not an option; did you mean REALTIME_LIMITS_FRAME_BYTES?',
      'REALTIME_COLOUR is not an option; limits.frameBytes is REALTIME_LIMITS_FRAME_BYTES, and so on',
    ]);
  });

  it('names the wrong entry of a list, and only it', () => {
    expect(faultsOf({ REALTIME_ORIGINS: 'https://a.example,b.example', REALTIME_TRUSTED_PROXIES: '10.0.0.0/8,proxy' })).toEqual([
      'REALTIME_ORIGINS entry 2 must be an origin such as https://app.example or https://*.example.com, got "b.example"',
      'REALTIME_TRUSTED_PROXIES entry 2 must be an IP address, a CIDR range or \'unix\', got "proxy"',
    ]);
  });

  it('suggests the options of a group whose name stands alone', () => {
    expect(faultsOf({ REALTIME_DRAIN: '{"windowMs":1}' })).toEqual([
      'REALTIME_DRAIN is not an option; did you mean REALTIME_DRAIN_DELAY_MS, REALTIME_DRAIN_WINDOW_MS, or REALTIME_DRAIN_TIMEOUT_MS?',
    ]);
  });

  it('suggests no option that is given in code', () => {
    expect(faultsOf({ REALTIME_OBSERVER: 'x' })).toEqual([expect.not.stringContaining('REALTIME_OBSERVERS')]);
  });

  it('does not take for options what Kubernetes says of a Service named "realtime"', () => {
    const links = {
      REALTIME_PORT: 'tcp://10.0.0.7:80',
      REALTIME_PORT_80_TCP: 'tcp://10.0.0.7:80',
      REALTIME_PORT_80_TCP_PROTO: 'tcp',
      REALTIME_PORT_80_TCP_PORT: '80',
      REALTIME_PORT_80_TCP_ADDR: '10.0.0.7',
      REALTIME_SERVICE_HOST: '10.0.0.7',
      REALTIME_SERVICE_PORT: '80',
      REALTIME_SERVICE_PORT_HTTP: '80',
      REALTIME_CHAT_SERVICE_HOST: '10.0.0.8',
      REALTIME_CHAT_PORT: 'tcp://10.0.0.8:80',
    };
    expect(realtimeOptionsFromEnv(links)).toEqual({});
  });

  it('does not let a name reach a prototype', () => {
    const env = JSON.parse('{"__proto__":"x","REALTIME___PROTO__":"x"}') as Env;
    expect(faultsOf(env)).toEqual([expect.stringMatching(/^REALTIME___PROTO__ is not an option/)]);
  });
});
