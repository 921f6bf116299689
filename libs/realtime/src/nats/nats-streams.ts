/** Streams of JetStream that keep the last word of each subject, in memory: after a restart of the server every node says again what it has. */
import type { JetStreamManager, StreamConfig } from '@nats-io/jetstream';
import { JetStreamApiError, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

/** Its name is taken by one with other settings. */
const STREAM_IS_OTHERWISE = 10_058;
/** No servers for so many copies; copies asked of a server that is alone. */
const TOO_FEW_SERVERS = [10_005, 10_074];
const COPIES = 3;

type OwnConfig = Pick<StreamConfig, 'name' | 'subjects' | 'description' | 'allow_direct'>;

/** Servers that are one keep three copies, so that the end of one of them is not the end of what is kept. */
export async function ensureStream(connection: NatsConnection, manager: JetStreamManager, config: OwnConfig): Promise<void> {
  const isOneOfMany = connection.info?.cluster !== undefined;
  try {
    await addStream(manager, config, isOneOfMany ? COPIES : 1);
  } catch (fault) {
    // Fewer servers keep streams than that.
    if (!(fault instanceof JetStreamApiError) || !TOO_FEW_SERVERS.includes(fault.code)) throw fault;
    await addStream(manager, config, 1);
  }
}

async function addStream(manager: JetStreamManager, config: OwnConfig, copies: number): Promise<void> {
  try {
    await manager.streams.add({
      ...config,
      storage: StorageType.Memory,
      retention: RetentionPolicy.Limits,
      num_replicas: copies,
      max_msgs_per_subject: 1,
      allow_msg_ttl: true,
    });
  } catch (fault) {
    // Another node has made it with fewer or more copies.
    if (!(fault instanceof JetStreamApiError) || fault.code !== STREAM_IS_OTHERWISE) throw fault;
  }
}
