import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { JSON_RPC } from '../dialects/json-rpc.js';
import { EchoLoop } from './echo-loop.js';
import { LoadWatch } from './load-watch.js';
import { openClients } from './open-clients.js';
import { PushBoard } from './push-board.js';

interface Call {
  readonly id: number;
  readonly params: object;
}

/** A server that does with each text what the test wants. */
class LiarServer implements AsyncDisposable {
  private constructor(private readonly server: WebSocketServer) {}

  static async start(onText: (socket: WebSocket, text: string) => void): Promise<LiarServer> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/ws' });
    server.on('connection', (socket) => {
      socket.on('error', () => undefined);
      socket.on('message', (data: Buffer) => onText(socket, data.toString()));
    });
    await once(server, 'listening');
    return new LiarServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  sendToAll(text: string): void {
    for (const socket of this.server.clients) socket.send(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.server.clients) socket.terminate();
    this.server.close();
    await once(this.server, 'close');
  }
}

const result = (id: number, value: object): string => JSON.stringify({ jsonrpc: '2.0', id, result: value });

const PATIENT_MS = 15_000;
const IMPATIENT_MS = 1000;

type OnCall = (socket: WebSocket, call: Call, nth: number) => void;

/** Runs ten windows of two calls and cuts the connection. */
async function echo(onCall: OnCall, patienceMs = PATIENT_MS): Promise<void> {
  let nth = 0;
  await using server = await LiarServer.start((socket, text) => onCall(socket, JSON.parse(text) as Call, nth++));
  const watch = new LoadWatch(patienceMs);
  const [socket] = await openClients({ port: server.port, dialect: JSON_RPC }, 1, watch);
  if (!socket) throw new Error('There is no connection');
  try {
    const echoes = new EchoLoop(JSON_RPC, 2, { text: 'hello' }).run(socket, 10);
    await watch.step('echoes', echoes);
  } finally {
    socket.cut();
  }
  expect(nth).toBe(20);
}

describe('EchoLoop', () => {
  it('ends when every call has its answer', async () => {
    await expect(echo((socket, { id, params }) => socket.send(result(id, params)))).resolves.toBeUndefined();
  });

  it.each<[string, OnCall, RegExp]>([
    ['has another value from the start', (socket, { id }) => socket.send(result(id, { text: 'hallo' })), /Wrong answer to call 1/],
    [
      'has another value later',
      (socket, { id, params }, nth) => socket.send(result(id, nth === 13 ? { text: 'hallo' } : params)),
      /Wrong frame: .*hallo.* instead of .*hello/,
    ],
    ['has the id of another call', (socket, { id, params }) => socket.send(result(3 - id, params)), /Wrong answer to call 1/],
    ['is an error', (socket, { id }) => socket.send(`{"jsonrpc":"2.0","id":${id},"error":{"code":-32603}}`), /Not a result/],
    [
      'is cut off',
      (socket, { id, params }, nth) => (nth === 5 ? socket.close(1011) : socket.send(result(id, params))),
      /closed a connection with code 1011/,
    ],
  ])('fails when an answer %s', async (_name, onCall, message) => {
    await expect(echo(onCall)).rejects.toThrow(message);
  });

  it('fails when an answer never comes', async () => {
    const silentOnce: OnCall = (socket, { id, params }, nth) => nth !== 7 && socket.send(result(id, params));
    await expect(echo(silentOnce, IMPATIENT_MS)).rejects.toThrow('echoes: not done after 1000 ms');
  });
});

describe('PushBoard', () => {
  const push = (seq: number, pad = 'xxx'): string =>
    JSON.stringify({ jsonrpc: '2.0', method: 'news', params: { seq, pad }, topic: 'news' });

  async function receive(texts: readonly string[], patienceMs = PATIENT_MS): Promise<void> {
    await using server = await LiarServer.start(() => undefined);
    const watch = new LoadWatch(patienceMs);
    const receivers = await openClients({ port: server.port, dialect: JSON_RPC }, 3, watch);
    const board = new PushBoard(JSON_RPC, receivers, 'news', 3);
    const all = board.all(2);
    for (const text of texts) server.sendToAll(text);
    try {
      await watch.step('pushes', all, () => `${board.missingPushes} are missing`);
    } finally {
      for (const receiver of receivers) receiver.cut();
    }
  }

  it('ends when every receiver has every push', async () => {
    await expect(receive([push(0), push(1)])).resolves.toBeUndefined();
  });

  it.each([
    ['come in another order', [push(1), push(0)], 'Wrong push 0'],
    ['come twice', [push(0), push(0)], 'Wrong push 1'],
    ['carry another payload', [push(0), push(1, 'xx')], 'Wrong push 1'],
  ])('fails when pushes %s', async (_name, texts, message) => {
    await expect(receive(texts)).rejects.toThrow(message);
  });

  it('fails when pushes are missing, and says how many', async () => {
    await expect(receive([push(0)], IMPATIENT_MS)).rejects.toThrow('3 are missing');
  });
});
