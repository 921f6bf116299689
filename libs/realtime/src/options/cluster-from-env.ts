/** The settings of an engine from environment variables: an engine is code, what it is told need not be. */
import { activeFault, keysFault, signFault } from '../cluster/sign-settings.js';
import type { ClusterSettings } from '../cluster/cluster-settings.js';
import { SETTINGS_RULES, clusterName } from '../cluster/cluster-settings.js';
import { RealtimeConfigError, faultSentences } from '../rules/option-rules.js';
import type { Environment } from './env-drafts.js';
import { readVariables } from './env-drafts.js';
import { envOptions } from './env-names.js';

const CLUSTER = 'cluster';

/** By the names that they would have as options of the module. */
export const CLUSTER_OPTIONS = envOptions({
  [CLUSTER]: { ...SETTINGS_RULES, prefix: clusterName, sign: { keys: keysFault, active: activeFault } },
});

/**
 * The settings that all engines have, and `prefix`, as `REALTIME_CLUSTER_NODE_HEARTBEAT_MS=2000` for `nodeHeartbeatMs`. A variable that is not set, or
 * empty, counts as not given. `REALTIME_CLUSTER_SIGN_KEYS` is JSON: secrets by their names.
 * @throws {RealtimeConfigError} that names every variable which cannot be read and every `REALTIME_CLUSTER_` variable that is no setting; never what a secret is
 */
export function clusterSettingsFromEnv(env: Environment = process.env): ClusterSettings & { readonly prefix?: string } {
  const { options, faults, strangers } = readVariables(env, CLUSTER_OPTIONS, new Set(), 'REALTIME_CLUSTER_');
  const settings = (options[CLUSTER] ?? {}) as ClusterSettings;
  // One of the two without the other, or a name that is none of the keys.
  const fault = faults.length === 0 && settings.sign !== undefined ? signFault(settings.sign) : undefined;
  if (fault !== undefined)
    faults.push(...faultSentences(fault, 'what is set').map((sentence) => `REALTIME_CLUSTER_SIGN_KEYS and _ACTIVE: sign ${sentence}`));
  faults.push(...strangers);
  if (faults.length > 0) throw new RealtimeConfigError(faults);
  return settings;
}
