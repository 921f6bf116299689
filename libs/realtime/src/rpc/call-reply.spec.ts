import { Logger } from '@nestjs/common';
import { RpcError } from 'nestjs-realtime-protocol';
import { FakeTransport, OPENING_FACTS, tickDone } from '../../../../test/sessions/fake-transport.js';
import { Handshake } from '../session/handshake.js';
import { OUTBOUND_DEFAULTS } from '../session/outbound-queue.js';
import { FlushSchedule } from '../session/flush-schedule.js';
import { Session } from '../session/session.js';
import { BatchReply, SINGLE_REPLY } from './call-reply.js';
import { RpcCall } from './rpc-call.js';
import { NodeCounters } from '../observe/node-counters.js';
import { NO_OBSERVERS } from '../observe/observers.js';

function open() {
  const ignore = (): void => undefined;
  const host = { admitPrincipal: ignore, principalChanged: ignore, closing: ignore, closed: ignore };
  const transport = new FakeTransport();
  const surroundings = {
    host,
    outbound: OUTBOUND_DEFAULTS,
    schedule: new FlushSchedule(ignore),
    observers: NO_OBSERVERS,
    counters: new NodeCounters(),
    onFault: ignore,
  };
  const session = new Session(new Handshake(OPENING_FACTS), transport, surroundings);
  const call = (idText?: string): RpcCall => new RpcCall(session, 'm', undefined, idText, undefined);
  return { transport, session, call };
}

const FAULT = RpcError.of('NotFound').toErrorObject();
const INTERNAL = { code: -32603, reason: 'InternalError', message: 'Internal server error', data: { errorId: expect.any(String) } };

beforeAll(() => {
  Logger.overrideLogger(false);
});
afterAll(() => {
  Logger.overrideLogger(['log']);
});

describe('a single reply', () => {
  it('is a frame of its own', async () => {
    const { transport, session, call } = open();
    SINGLE_REPLY.result(call('1'), { a: 1 });
    SINGLE_REPLY.error(session, '"x"', FAULT, 'm');
    await tickDone();
    expect(transport.texts).toEqual([
      '{"jsonrpc":"2.0","id":1,"result":{"a":1}}',
      '{"jsonrpc":"2.0","id":"x","error":{"code":-32004,"message":"Not found","reason":"NotFound"}}',
    ]);
  });

  it('is not sent to a notification', async () => {
    const { transport, session, call } = open();
    SINGLE_REPLY.result(call(), 1);
    SINGLE_REPLY.error(session, undefined, FAULT, 'm');
    SINGLE_REPLY.nothing();
    await tickDone();
    expect(transport.texts).toEqual([]);
  });

  it('is an error where the result or the details cannot be written', async () => {
    const { transport, session, call } = open();
    SINGLE_REPLY.result(call('1'), 1n);
    SINGLE_REPLY.error(session, '2', { ...FAULT, data: 1n }, 'm');
    await tickDone();
    expect(transport.messages).toEqual([
      { jsonrpc: '2.0', id: 1, error: INTERNAL },
      { jsonrpc: '2.0', id: 2, error: INTERNAL },
    ]);
  });

  it('is what settling makes of it, and what follows comes behind it', async () => {
    const { transport, session, call } = open();
    const settled = call('1');
    settled.beforeReply(() => void session.push('before'));
    settled.afterReply(() => void session.push('after'));
    SINGLE_REPLY.result(settled, 'result');
    const refused = call('2');
    refused.beforeReply(() => {
      throw RpcError.of('Conflict');
    });
    SINGLE_REPLY.result(refused, 'never');
    await tickDone();
    expect(transport.messages.map(({ id, method, error }) => id ?? method ?? error)).toEqual(['before', 1, 'after', 2]);
    expect(transport.messages[3]).toMatchObject({ id: 2, error: { code: -32009 } });
  });

  it('is sent also if what follows it fails', async () => {
    const { transport, call } = open();
    const failing = call('1');
    failing.afterReply(() => {
      throw new Error('behind the reply');
    });
    SINGLE_REPLY.result(failing, 1);
    await tickDone();
    expect(transport.messages).toEqual([{ jsonrpc: '2.0', id: 1, result: 1 }]);
  });
});

describe('a batch reply', () => {
  it('is one array, sent when the last item is done', async () => {
    const { transport, session, call } = open();
    const batch = new BatchReply(session, 4);
    batch.result(call('1'), 'a');
    batch.nothing();
    batch.error(session, '2', FAULT, 'm');
    await tickDone();
    expect(transport.texts).toEqual([]);
    batch.result(call('"3"'), undefined);
    await tickDone();
    expect(JSON.parse(transport.texts[0] ?? '')).toEqual([
      { jsonrpc: '2.0', id: 1, result: 'a' },
      { jsonrpc: '2.0', id: 2, error: FAULT },
      { jsonrpc: '2.0', id: '3', result: null },
    ]);
    expect(transport.texts).toHaveLength(1);
  });

  it('is nothing if nothing is to be answered', async () => {
    const { transport, session, call } = open();
    const batch = new BatchReply(session, 3);
    batch.result(call(), 1);
    batch.error(session, undefined, FAULT, 'm');
    batch.nothing();
    await tickDone();
    expect(transport.texts).toEqual([]);
  });

  it('settles its items when it leaves, and what follows them comes behind it', async () => {
    const { transport, session, call } = open();
    const order: string[] = [];
    const batch = new BatchReply(session, 2);
    const early = call('1');
    early.beforeReply(() => order.push('settled'));
    early.afterReply(() => void session.push('after'));
    batch.result(early, 1);
    order.push('second item');
    batch.result(call('2'), 2);
    await tickDone();
    expect(order).toEqual(['second item', 'settled']);
    expect(transport.texts[0]).toMatch(/^\[/);
    expect(transport.messages[1]).toMatchObject({ method: 'after' });
  });
});
