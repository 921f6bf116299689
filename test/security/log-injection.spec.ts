/** What peers choose reaches the log on one line, without control characters, and shortened. */
import { RpcGateway, RpcLogger, RpcMethod } from 'nestjs-realtime';
import type { Authenticator } from 'nestjs-realtime';
import { CollectingLogger } from '../conformance/collecting-logger.js';
import { eventually } from '../support/eventually.js';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';

const EVIL = 'x\n[Nest] 1 ERROR forged\r\u001b[31m\u0000\u0007\u2028\u202e';
const HUGE = 'y'.repeat(20_000);
const UNFIT = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

@RpcGateway()
class QuietGateway {
  @RpcMethod()
  quiet(): string {
    return 'shh';
  }
}

/** Believes every token, and takes the user's name from it: the worst that an identity provider could let through. */
const credulous: Authenticator = { authenticate: (token) => ({ userId: decodeURIComponent(token) }) };

it('shows nothing of peers that could pass for a line of its own, nor megabytes of it', async () => {
  const logger = new CollectingLogger();
  const rpcLogger = new RpcLogger({ logger, okLevel: 'log' });
  await using node = await startNode({
    providers: [QuietGateway],
    logger,
    options: { observers: [rpcLogger], auth: { authenticator: credulous, queryToken: 'token' }, defaultTopicPolicy: 'allow' },
  });
  const headers = { 'User-Agent': 'a\tb', 'X-Request-Id': 'x'.repeat(4_000), Authorization: `Bearer ${encodeURIComponent(EVIL)}` };
  await using peer = await RpcPeer.connect(node.url(`/ws?next=${encodeURIComponent(EVIL)}`), { headers });
  for (const text of [EVIL, HUGE]) {
    await peer.request(text, [text]);
    await peer.request('quiet', { [text]: text }, text);
    await peer.request('subscribe', { topics: [text.slice(0, 100)] });
    await peer.request('login', { accessToken: encodeURIComponent(text) });
    peer.send(`${text}{`);
    peer.notify(text);
  }
  await peer.settled();
  peer.socket.close(4000, `bye\n${EVIL.slice(0, 20)}`);
  await peer.closed;
  await eventually(() => expect(node.hub.stats().sessions.open).toBe(0));
  expect(logger.lines.filter((line) => line.includes('method=quiet')).length).toBeGreaterThanOrEqual(2);
  expect(logger.lines.filter((line) => UNFIT.test(line) || line.length > 1_000)).toEqual([]);
});

it('shows no token, wherever it came from', async () => {
  const logger = new CollectingLogger();
  const failing: Authenticator = {
    authenticate: (token) => {
      throw new Error(`the identity provider does not know ${token}`);
    },
  };
  await using node = await startNode({
    logger,
    options: { observers: [new RpcLogger({ logger })], auth: { authenticator: failing, queryToken: 'token', cookie: 'sid' } },
  });
  const secret = 'tOp-s3cret-t0ken';
  const ways: [string, object][] = [
    ['/ws', { headers: { Authorization: `Bearer ${secret}` } }],
    ['/ws', { headers: { Cookie: `sid=${secret}` } }],
    ['/ws', { protocols: ['jsonrpc', `bearer.${secret}`] }],
    [`/ws?token=${secret}`, {}],
  ];
  for (const [path, options] of ways) await expect(RpcPeer.connect(node.url(path), options)).rejects.toThrow('500');
  await using peer = await node.connect();
  const answer = await peer.request('login', { accessToken: secret });
  expect(answer).toMatchObject({ error: { code: -32603 } });
  expect(peer.frames.join()).not.toContain(secret);
  expect(logger.errors.length).toBeGreaterThan(0);
  expect(logger.lines.filter((line) => line.includes(secret))).toEqual([]);
});
