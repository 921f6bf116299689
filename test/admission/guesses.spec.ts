/** Tokens can be tried out by opening requests as well as by `login`: where calls of an address are limited, so are its guesses. */
import type { RealtimeOptions } from 'nestjs-realtime';
import { PRINCIPALS } from '../auth/accounts.js';
import { RARELY } from '../limits/limited.gateway.js';
import { rawUpgrade } from '../nest/raw-http.js';
import { RpcPeer } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { Rejections } from './rejections.js';

const CAPACITY = 5;
const RATE = { address: { capacity: CAPACITY, ...RARELY } } as const;

const guess = (node: RunningNode, token: string): Promise<number> =>
  rawUpgrade(node.port, '/ws', { Authorization: `Bearer ${token}` }).then(({ status }) => status);

const signIn = (node: RunningNode): Promise<RpcPeer> => RpcPeer.connect(node.url(), { headers: { Authorization: 'Bearer alice-token' } });

const many = (count: number): string[] => Array.from({ length: count }, (_unused, index) => `guess-${index}`);

describe('guesses', () => {
  it('of one address are as few as its calls, one after another and all at once', async () => {
    const asked: string[] = [];
    const authenticator = async (token: string): Promise<null> => {
      asked.push(token);
      return null;
    };
    const rejections = new Rejections();
    await using node = await startNode({ options: { auth: { authenticator }, rate: RATE, observers: [rejections] } });
    for (const token of many(2)) expect(await guess(node, token)).toBe(401);
    const statuses = await Promise.all(many(20).map((token) => guess(node, token)));
    expect([statuses.filter((status) => status === 401).length, statuses.filter((status) => status === 429).length]).toEqual([3, 17]);
    expect(asked).toHaveLength(CAPACITY);
    expect(rejections.reasons.filter((reason) => reason === 'AddressRate')).toHaveLength(17);
  });

  it('and calls are paid from the same bucket', async () => {
    const authenticator = (token: string) => PRINCIPALS[token] ?? null;
    await using node = await startNode({ options: { auth: { authenticator }, rate: RATE } });
    await using peer = await node.connect();
    for (const accessToken of many(CAPACITY)) expect((await peer.request('login', { accessToken })).error).toMatchObject({ code: -32001 });
    expect((await peer.request('login', { accessToken: 'alice-token' })).error).toMatchObject({ code: -32029 });
    const { status, headers, body } = await rawUpgrade(node.port, '/ws', { Authorization: 'Bearer alice-token' });
    expect([status, Number(headers['retry-after']) > 0]).toEqual([429, true]);
    expect(JSON.parse(body)).toMatchObject({ reason: 'TooManyRequests' });
  });

  it.each<[string, RealtimeOptions]>([
    ['admission', { admission: () => false }],
    ['a guard', { connectGuards: [{ canActivate: () => false }] }],
  ])('at what %s asks for are counted as well', async (_name, options) => {
    await using node = await startNode({ options: { ...options, rate: RATE } });
    const statuses: number[] = [];
    for (let tries = 0; tries <= CAPACITY; tries++) statuses.push((await rawUpgrade(node.port)).status);
    expect(statuses).toEqual([...Array<number>(CAPACITY).fill(403), 429]);
  });

  it('are none where there is no token: whoever has used up the calls of an address may still come in anonymous', async () => {
    await using node = await startNode({ options: { auth: { authenticator: () => null }, rate: RATE } });
    for (const token of many(CAPACITY)) expect(await guess(node, token)).toBe(401);
    await using peer = await node.connect();
    expect((await peer.request('heartbeat')).error).toMatchObject({ code: -32029 });
  });

  it('that are right cost nothing, however many there are', async () => {
    const authenticator = (token: string) => PRINCIPALS[token] ?? null;
    await using node = await startNode({ options: { auth: { authenticator }, rate: RATE } });
    for (let visit = 0; visit < 4 * CAPACITY; visit++) await (await signIn(node))[Symbol.asyncDispose]();
    expect(await guess(node, 'wrong')).toBe(401);
  });

  it('are not counted where addresses are not limited', async () => {
    await using node = await startNode({ options: { auth: { authenticator: () => null }, rate: { session: { capacity: 1, ...RARELY } } } });
    for (const token of many(3 * CAPACITY)) expect(await guess(node, token)).toBe(401);
  });
});
