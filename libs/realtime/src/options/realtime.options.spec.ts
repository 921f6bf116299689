import { configFaults } from '../rules/config-faults.fixture.js';
import type { RealtimeOptions } from './realtime.options.js';
import { resolveOptions } from './realtime.options.js';

/** Whatever a user of JavaScript may hand over. */
const faultsOf = (options: unknown): readonly string[] => configFaults(() => resolveOptions(options as RealtimeOptions));

describe('defaults', () => {
  it('are those of the contract', () => {
    expect(resolveOptions()).toEqual({
      path: '/ws',
      port: 0,
      host: undefined,
      limits: expect.objectContaining({
        frameBytes: 65_536,
        batchItems: 50,
        jsonDepth: 64,
        inFlight: 64,
        inFlightBytes: 262_144,
        topicsPerSession: 128,
        sessionsPerTopic: 0,
        topicNameBytes: 255,
        connections: { total: 0, perUser: 0, perAddress: 0, anonymous: 0 },
      }),
      auth: { queryToken: false, required: false, refreshGraceMs: 10_000 },
      admission: undefined,
      connectGuards: [],
      origins: 'same',
      trustedProxies: [],
      admissionTimeoutMs: 5_000,
      anonymousTimeoutMs: 10_000,
      singleSession: 'off',
      rate: { bytesPerToken: 4096 },
      topics: {},
      compression: false,
      heartbeat: { pingIntervalMs: 25_000, pongTimeoutMs: 10_000, idleTimeoutMs: 0 },
      observers: [],
      debugStats: false,
      outbound: { maxBytes: 1_048_576, maxFrames: 1024, policy: 'disconnect' },
      validation: { compiled: true, warnUntyped: true },
      methods: expect.objectContaining({ heartbeat: 'heartbeat', subscribe: 'subscribe', unsubscribe: 'unsubscribe' }),
      defaultTopicPolicy: 'authenticated',
      platforms: ['web', 'ios', 'android', 'h5', 'miniapp', 'desktop'],
      drain: { delayMs: 0, windowMs: 10_000, timeoutMs: 30_000 },
      fairness: { sliceMs: 5 },
      writeTimeoutMs: 10_000,
    });
  });

  it('stay where an option is undefined', () => {
    const options = {
      path: undefined,
      limits: { inFlight: undefined, batchItems: 7 },
      outbound: undefined,
      drain: { windowMs: undefined },
    };
    const resolved = resolveOptions(options);
    expect(resolved).toEqual({ ...resolveOptions(), limits: { ...resolveOptions().limits, batchItems: 7 } });
  });

  it('give way to what is given', () => {
    const resolved = resolveOptions({ path: '/x/:y', port: 3001, host: '::1', methods: { heartbeat: false, subscribe: 'join' } });
    expect(resolved).toMatchObject({ path: '/x/:y', port: 3001, host: '::1', methods: { heartbeat: false, subscribe: 'join' } });
    expect(resolved.methods.unsubscribe).toBe('unsubscribe');
  });
});

describe('faults', () => {
  const wrong: [string, unknown, string][] = [
    ['a path without a slash', { path: 'ws' }, 'path'],
    ['an empty path', { path: '' }, 'path'],
    ['a path that is no string', { path: 7 }, 'path'],
    ['a nameless parameter', { path: '/:' }, 'path'],
    ['a parameter twice', { path: '/:a/:a' }, 'path'],
    ['a path that no client writes', { path: '/w s' }, 'path'],
    ['port 0', { port: 0 }, 'port'],
    ['a port as text', { port: '3000' }, 'port'],
    ['an empty host', { port: 1, host: '' }, 'host'],
    ['no frame bytes', { limits: { frameBytes: 0 } }, 'limits.frameBytes'],
    ['more levels than what validates and answers can walk', { limits: { jsonDepth: 1_001 } }, 'limits.jsonDepth'],
    ['no calls at once', { limits: { inFlight: 0 } }, 'limits.inFlight'],
    ['no bytes of calls', { limits: { inFlightBytes: 0 } }, 'limits.inFlightBytes'],
    ['half a batch', { limits: { batchItems: 0.5 } }, 'limits.batchItems'],
    ['limits as null', { limits: null }, 'limits'],
    ['a policy that is not there', { outbound: { policy: 'wait' } }, 'outbound.policy'],
    ['validation as text', { validation: 'true' }, 'validation'],
    ['a reserved name', { methods: { heartbeat: '$/beat' } }, 'methods.heartbeat'],
    ['an empty name', { methods: { subscribe: '' } }, 'methods.subscribe'],
    ['a name switched on', { methods: { subscribe: true } }, 'methods.subscribe'],
    ['a method that is not there', { methods: { signIn: 'x' } }, 'methods.signIn'],
    ['no platforms', { platforms: [] }, 'platforms'],
    ['a nameless platform', { platforms: ['web', ''] }, 'platforms'],
    ['platforms as text', { platforms: 'web' }, 'platforms'],
    ['a timer beyond what Node can count', { drain: { windowMs: 2 ** 31 } }, 'drain.windowMs'],
    ['no time to write', { writeTimeoutMs: 0 }, 'writeTimeoutMs'],
    ['a host without a port', { host: '127.0.0.1' }, 'host'],
    ['an authenticator that cannot be asked', { auth: { authenticator: {} } }, 'auth.authenticator'],
    ['a cookie that has no name', { auth: { authenticator: () => null, cookie: 'a;b' } }, 'auth.cookie'],
    ['a query token that is only switched on', { auth: { authenticator: () => null, queryToken: true } }, 'auth.queryToken'],
    ['a sign-in that nobody can do', { auth: { required: true } }, 'auth.required'],
    ['a cookie that nobody reads', { auth: { cookie: 'sid' } }, 'auth.cookie'],
    ['an admission that cannot be asked', { admission: { allow: true } }, 'admission'],
    ['guards that are no list', { connectGuards: () => true }, 'connectGuards'],
    ['a guard that cannot be asked', { connectGuards: [{}] }, 'connectGuards'],
    ['origins as one text', { origins: 'https://a.example' }, 'origins'],
    ['proxies by name', { trustedProxies: ['localhost'] }, 'trustedProxies'],
    ['less than no connections', { limits: { connections: { total: -1 } } }, 'limits.connections.total'],
    ['a limit that is not there', { limits: { connections: { perPlanet: 1 } } }, 'limits.connections.perPlanet'],
    ['a policy for sessions that is not there', { singleSession: 'device' }, 'singleSession'],
    ['no time to decide', { admissionTimeoutMs: 0 }, 'admissionTimeoutMs'],
    ['a time in the past', { anonymousTimeoutMs: -1 }, 'anonymousTimeoutMs'],
  ];

  it.each(wrong)('are named: %s', (_what, options, name) => {
    const faults = faultsOf(options);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.split(' ', 1)[0]).toBe(name);
  });

  it('name the wrong entries of a list, and not the whole list', () => {
    const origins = ['https://a.example', 'b.example', 'https://*.c.example', 'https://d.example/path'];
    expect(faultsOf({ origins, trustedProxies: ['10.0.0.0/8', 'localhost'], platforms: ['web', ''], observers: [{}, 7] })).toEqual([
      'origins entry 2 must be an origin such as https://app.example or https://*.example.com, got "b.example"',
      'origins entry 4 must be an origin such as https://app.example or https://*.example.com, got "https://d.example/path"',
      'trustedProxies entry 2 must be an IP address, a CIDR range or \'unix\', got "localhost"',
      'platforms entry 2 must be a name, got ""',
      'observers entry 2 must be an object or a class, got 7',
    ]);
  });

  it.each([['https://a.example'], [[]], [true], [null], ['any']])('say what origins may be, where they are %p', (origins) => {
    expect(faultsOf({ origins })).toEqual([expect.stringMatching(/^origins must be 'same', '\*', a list of origins/)]);
  });

  it('are named all at once', () => {
    expect(faultsOf({ path: 'x', limits: { inFlight: -1 }, drain: { timeoutMs: '1s' }, colour: 1 })).toHaveLength(4);
  });

  it.each([['notifications/cancelled'], ['rpc.beat'], ['$/beat']])('say what is reserved, where a method is to be %s', (name) => {
    expect(faultsOf({ methods: { heartbeat: name } })).toEqual([
      `methods.heartbeat must not be reserved: notifications/cancelled, or a name that begins with rpc. or $/, got "${name}"`,
    ]);
  });

  it('name what lacks an authenticator beside other faults', () => {
    const named = faultsOf({ path: 5, auth: { required: true, cookie: 'a;b', colour: 1 } }).map((fault) => fault.split(' ', 1)[0]);
    expect(named.sort()).toEqual(['auth.colour', 'auth.cookie', 'auth.cookie', 'auth.required', 'path']);
  });

  it('name an authenticator that was lost on its way, beside other faults', () => {
    expect(faultsOf({ auth: { authenticator: undefined, required: true } })).toEqual([
      'auth.authenticator must be a class, an object with authenticate(), or a function, got undefined',
      'auth.required has an effect only together with auth.authenticator',
    ]);
    expect(resolveOptions({ auth: {} }).auth.authenticator).toBeUndefined();
  });

  it.each(['login', 'refresh', 'logout'])('name a new name for %s where nobody can sign in', (name) => {
    expect(faultsOf({ methods: { [name]: 'sign' } })).toEqual([`methods.${name} has an effect only together with auth.authenticator`]);
    expect(faultsOf({ methods: { [name]: false } })).toEqual([]);
    expect(faultsOf({ methods: { [name]: 'sign' }, auth: { authenticator: () => null } })).toEqual([]);
  });

  it.each([[null], [[]], ['yes'], [7]])('are told of %j instead of the options of signing in', (auth) => {
    expect(faultsOf({ auth })).toEqual([expect.stringMatching(/^auth must be an object/)]);
  });

  it('names a host without a port beside other faults', () => {
    expect(
      faultsOf({ host: '127.0.0.1', colour: 1 })
        .map((fault) => fault.split(' ', 1)[0])
        .sort(),
    ).toEqual(['colour', 'host']);
  });

  it.each([[{ compiled: 1 }], [{ compile: true }], [{ warnUntyped: 'no' }], ['yes'], [null]])(
    'are told of %j instead of a way to validate',
    (validation) => {
      expect(faultsOf({ validation })).toEqual([expect.stringMatching(/^validation must be /)]);
    },
  );

  it.each([
    [undefined, { compiled: true, warnUntyped: true }],
    [true, { compiled: true, warnUntyped: true }],
    [{}, { compiled: true, warnUntyped: true }],
    [{ compiled: false }, { compiled: false, warnUntyped: true }],
    [{ warnUntyped: false }, { compiled: true, warnUntyped: false }],
    [false, false],
  ])('take %j for a way to validate', (given, validation) => {
    expect(resolveOptions({ validation: given }).validation).toEqual(validation);
  });

  it.each([[null], [[]], ['options'], [5]])('are told of %p instead of options', (options) => {
    expect(faultsOf(options)).toEqual([expect.stringMatching(/^options must be an object/)]);
  });
});
