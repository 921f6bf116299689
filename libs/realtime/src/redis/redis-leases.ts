/** The roster in Redis: one hash, changed and read by one script, by Redis' own clock. */
import type { Redis } from 'ioredis';
import type { Lease, LeaseView, LeasedNode, NodeLeases } from '../cluster/cluster-engine.js';

/** Without any node the key goes by itself, in ms. */
const KEY_LIFE_MS = 60_000;

/** An entry is `<good until, in ms>|<generation>|<facts>`, by node id. */
const BEAT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local entries = redis.call('HGETALL', KEYS[1])
local nodes = {}
local holder
for i = 1, #entries, 2 do
  local good, generation, facts = string.match(entries[i + 1], '^(%d+)|([^|]*)|(.*)$')
  if good and tonumber(good) > now then
    if entries[i] == ARGV[1] then
      holder = generation
    end
    if entries[i] ~= ARGV[1] or generation ~= ARGV[2] then
      nodes[#nodes + 1] = entries[i]
      nodes[#nodes + 1] = generation
      nodes[#nodes + 1] = facts
    end
  else
    redis.call('HDEL', KEYS[1], entries[i])
  end
end
local verdict = 'held'
if holder and holder ~= ARGV[2] then
  verdict = 'taken'
elseif not holder and ARGV[5] == '1' then
  verdict = 'lost'
end
if verdict == 'held' then
  redis.call('HSET', KEYS[1], ARGV[1], string.format('%d', now + ARGV[4]) .. '|' .. ARGV[2] .. '|' .. ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[6])
  nodes[#nodes + 1] = ARGV[1]
  nodes[#nodes + 1] = ARGV[2]
  nodes[#nodes + 1] = ARGV[3]
end
table.insert(nodes, 1, verdict)
table.insert(nodes, 2, string.format('%d', now))
return nodes
`;

const RELEASE = `
local entry = redis.call('HGET', KEYS[1], ARGV[1])
if entry and string.match(entry, '^%d+|([^|]*)|') == ARGV[2] then
  redis.call('HDEL', KEYS[1], ARGV[1])
end
return 1
`;

/** With the version of the script in its name: what is changed gets another. */
interface LeaseCommands {
  realtimeBeat2(key: string, ...args: (string | number)[]): Promise<string[]>;
  realtimeRelease1(key: string, ...args: (string | number)[]): Promise<number>;
}

export class RedisLeases implements NodeLeases {
  private readonly commands: LeaseCommands;

  constructor(
    connection: Redis,
    private readonly key: string,
  ) {
    connection.defineCommand('realtimeBeat2', { numberOfKeys: 1, lua: BEAT });
    connection.defineCommand('realtimeRelease1', { numberOfKeys: 1, lua: RELEASE });
    // The types of the client do not know commands that are defined at run time.
    this.commands = connection as unknown as LeaseCommands;
  }

  async beat({ nodeId, generation, facts, leaseMs, isHeld }: Lease): Promise<LeaseView> {
    const lifeMs = Math.max(KEY_LIFE_MS, leaseMs * 2);
    const reply = await this.commands.realtimeBeat2(this.key, nodeId, generation, facts, leaseMs, isHeld ? 1 : 0, lifeMs);
    const [verdict, time, ...fields] = reply;
    const nodes: LeasedNode[] = [];
    for (let at = 0; at + 2 < fields.length; at += 3) {
      nodes.push({ nodeId: fields[at] ?? '', generation: fields[at + 1] ?? '', facts: fields[at + 2] ?? '' });
    }
    return { verdict: verdict as LeaseView['verdict'], nodes, brokerTimeMs: Number(time) };
  }

  async release({ nodeId, generation }: Lease): Promise<void> {
    await this.commands.realtimeRelease1(this.key, nodeId, generation);
  }
}
