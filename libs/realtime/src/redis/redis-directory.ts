/** The places of users in Redis: a hash for each user, changed by one script that knows the roster. */
import type { Redis } from 'ioredis';
import type { ClaimVerdict, PlaceEntry, SessionClaim, SessionDirectory } from '../cluster/session-directory.js';
import { PLACES_LIFE_MS } from '../cluster/session-directory.js';

/**
 * A place is `<order>|<node>|<generation>|<platform>`, by token. The order is the time in µs by Redis' clock, or one more than the last: so it grows, also
 * after what was there has been lost.
 */
const CLAIM = `
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local token, node, generation, platform = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local perUser, replaces, claimed = tonumber(ARGV[5]), ARGV[6], tonumber(ARGV[7])
local leases = {}
local function isAlive(name, born)
  if name == node then return born == generation end
  if leases[name] == nil then leases[name] = redis.call('HGET', KEYS[2], name) end
  local lease = leases[name]
  if not lease then return false end
  local untilMs, holder = string.match(lease, '^(%d+)|([^|]*)|')
  return holder == born and tonumber(untilMs) > nowMs
end
local rivals, nodes, isListed, staying, newest, isKnown = {}, { node }, { [node] = true }, 0, 0, false
local entries = redis.call('HGETALL', KEYS[1])
for at = 1, #entries, 2 do
  local order, name, born, kind = string.match(entries[at + 1], '^(%d+)|([^|]*)|([^|]*)|(.*)$')
  order = tonumber(order)
  if not isAlive(name, born) then
    redis.call('HDEL', KEYS[1], entries[at])
  else
    if order > newest then newest = order end
    if entries[at] == token then
      isKnown, claimed = true, order
    elseif replaces == 'user' or (replaces == 'platform' and kind == platform) then
      rivals[#rivals + 1] = { entries[at], name .. '|' .. born, order }
    else
      staying = staying + 1
      if not isListed[name] then
        isListed[name] = true
        nodes[#nodes + 1] = name
      end
    end
  end
end
local order = claimed
if order == 0 then order = math.max(newest + 1, time[1] * 1000000 + time[2]) end
for _, rival in ipairs(rivals) do
  if rival[3] > order then return { 'replaced' } end
end
if not isKnown and perUser > 0 and staying >= perUser then return { 'full' } end
local reply = { 'granted', string.format('%.0f', order), #nodes }
for _, name in ipairs(nodes) do reply[#reply + 1] = name end
for _, rival in ipairs(rivals) do
  redis.call('HDEL', KEYS[1], rival[1])
  reply[#reply + 1] = rival[1]
  reply[#reply + 1] = rival[2]
end
redis.call('HSET', KEYS[1], token, string.format('%.0f', order) .. '|' .. node .. '|' .. generation .. '|' .. platform)
redis.call('PEXPIRE', KEYS[1], ARGV[8])
return reply
`;

const RELEASE = `
redis.call('HDEL', KEYS[1], ARGV[1])
local nodes, isListed = {}, {}
for _, entry in ipairs(redis.call('HVALS', KEYS[1])) do
  local name = string.match(entry, '^%d+|([^|]*)|')
  if name and not isListed[name] then
    isListed[name] = true
    nodes[#nodes + 1] = name
  end
end
return nodes
`;

/** With the version of the script in its name: what is changed gets another. */
interface DirectoryCommands {
  realtimeClaim1(user: string, nodes: string, ...args: (string | number)[]): Promise<(string | number)[]>;
  realtimeGiveBack1(user: string, token: string): Promise<string[]>;
}

export class RedisDirectory implements SessionDirectory {
  private readonly commands: DirectoryCommands;

  /** @param nodes key of the roster @param prefix begins the key of a user */
  constructor(
    connection: Redis,
    private readonly nodes: string,
    private readonly prefix: string,
  ) {
    connection.defineCommand('realtimeClaim1', { numberOfKeys: 2, lua: CLAIM });
    connection.defineCommand('realtimeGiveBack1', { numberOfKeys: 1, lua: RELEASE });
    // The types of the client do not know commands that are defined at run time.
    this.commands = connection as unknown as DirectoryCommands;
  }

  async claim({ userId, token, sender, platform, perUser, replaces, order }: SessionClaim): Promise<ClaimVerdict> {
    const at = sender.lastIndexOf('|');
    const reply = await this.commands.realtimeClaim1(
      this.prefix + userId,
      this.nodes,
      token,
      sender.slice(0, at),
      sender.slice(at + 1),
      platform,
      perUser,
      replaces,
      order,
      PLACES_LIFE_MS,
    );
    const [verdict, granted, count, ...rest] = reply;
    if (verdict !== 'granted') return { verdict: verdict as 'full' | 'replaced' };
    const names = rest.map(String);
    const nodes = names.splice(0, Number(count));
    const replaced: PlaceEntry[] = [];
    for (let index = 0; index + 1 < names.length; index += 2) replaced.push({ token: names[index] ?? '', sender: names[index + 1] ?? '' });
    return { verdict, order: Number(granted), replaced, nodes };
  }

  async release(userId: string, { token }: PlaceEntry): Promise<readonly string[]> {
    return this.commands.realtimeGiveBack1(this.prefix + userId, token);
  }
}
