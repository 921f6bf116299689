import { RealtimeConfigError } from '../rules/option-rules.js';
import { CLUSTER_OPTIONS, clusterSettingsFromEnv } from './cluster-from-env.js';
import { realtimeOptionsFromEnv } from './options-from-env.js';

const SECRET = 'a secret of more than 32 characters, with commas';

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    clusterSettingsFromEnv(env);
  } catch (error) {
    if (error instanceof RealtimeConfigError) return error.faults;
    throw error;
  }
  return [];
};

describe('the settings of a cluster from the environment', () => {
  const env = {
    REALTIME_CLUSTER_NODE_ID: '42',
    REALTIME_CLUSTER_PREFIX: 'shop',
    REALTIME_CLUSTER_NODE_HEARTBEAT_MS: '2000',
    REALTIME_CLUSTER_ASK_TIMEOUT_MS: '500',
    REALTIME_CLUSTER_DIRECTORY: 'strict',
    REALTIME_CLUSTER_ON_BROKER_LOST: '{"buffer":{"maxBytes":1000000,"maxAgeMs":30000}}',
    REALTIME_CLUSTER_SIGN_KEYS: JSON.stringify({ old: SECRET, new: SECRET }),
    REALTIME_CLUSTER_SIGN_ACTIVE: 'new',
  };

  it('are all that a text can say', () => {
    expect(clusterSettingsFromEnv(env)).toEqual({
      nodeId: '42',
      prefix: 'shop',
      nodeHeartbeatMs: 2_000,
      askTimeoutMs: 500,
      directory: 'strict',
      onBrokerLost: { buffer: { maxBytes: 1_000_000, maxAgeMs: 30_000 } },
      sign: { keys: { old: SECRET, new: SECRET }, active: 'new' },
    });
  });

  it('are not given where nothing is set', () => {
    expect(clusterSettingsFromEnv({ REALTIME_CLUSTER_NODE_ID: ' ', REALTIME_PORT: 'x', HOME: '/' })).toEqual({});
  });

  it('stand beside the options of the module, which pass over them and name slips of the pen', () => {
    expect(realtimeOptionsFromEnv({ ...env, REALTIME_PATH: '/live' })).toEqual({ path: '/live' });
    expect(() => realtimeOptionsFromEnv({ REALTIME_CLUSTER_NODEID: 'a' })).toThrow('REALTIME_CLUSTER_NODEID is not an option');
    expect(faultsOf({ REALTIME_CLUSTER_NODEID: 'a' })).toEqual([
      'REALTIME_CLUSTER_NODEID is not an option; did you mean REALTIME_CLUSTER_NODE_ID?',
    ]);
  });

  it('pass over what Kubernetes sets for a Service of this name', () => {
    expect(clusterSettingsFromEnv({ REALTIME_CLUSTER_PORT: 'tcp://10.0.0.1:80', REALTIME_CLUSTER_SERVICE_HOST: '10.0.0.1' })).toEqual({});
  });

  it.each(CLUSTER_OPTIONS.map(({ variable }) => variable))('are refused at boot where %s cannot be read', (variable) => {
    expect(faultsOf({ [variable]: '?' }).join()).toContain(variable);
  });

  it.each([
    ['no JSON', { REALTIME_CLUSTER_SIGN_KEYS: '{"a":"hunter2"' }],
    ['no object', { REALTIME_CLUSTER_SIGN_KEYS: 'a:hunter2,b:hunter2' }],
    ['a secret that is too short', { REALTIME_CLUSTER_SIGN_KEYS: '{"a":"hunter2"}' }],
    ['no active', { REALTIME_CLUSTER_SIGN_KEYS: `{"a":"hunter2${SECRET}"}` }],
    ['an active that is none', { REALTIME_CLUSTER_SIGN_KEYS: `{"a":"hunter2${SECRET}"}`, REALTIME_CLUSTER_SIGN_ACTIVE: 'b' }],
  ])('never say a secret: keys with %s', (_what, wrong) => {
    const faults = faultsOf(wrong);
    expect(faults).toHaveLength(1);
    expect(faults.join()).not.toContain('hunter2');
  });
});
