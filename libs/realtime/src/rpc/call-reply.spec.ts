import { Logger } from '@nestjs/common';
import { RpcError } from 'nestjs-realtime-protocol';
import { tickDone } from '../../../../test/sessions/fake-transport.js';
import { openSession } from '../session/open-session.fixture.js';
import { BatchReply, SingleReply } from './call-reply.js';
import { RpcCall } from './rpc-call.js';

const MAX_BYTES = 10_000;
const single = new SingleReply(MAX_BYTES);

function open() {
  const { session, transport } = openSession();
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
    single.result(call('1'), { a: 1 });
    single.error(session, '"x"', FAULT, 'm');
    await tickDone();
    expect(transport.texts).toEqual([
      '{"jsonrpc":"2.0","id":1,"result":{"a":1}}',
      '{"jsonrpc":"2.0","id":"x","error":{"code":-32004,"message":"Not found","reason":"NotFound"}}',
    ]);
  });

  it('is not sent to a notification', async () => {
    const { transport, session, call } = open();
    single.result(call(), 1);
    single.error(session, undefined, FAULT, 'm');
    single.nothing();
    await tickDone();
    expect(transport.texts).toEqual([]);
  });

  it('is an error where the result or the details cannot be written', async () => {
    const { transport, session, call } = open();
    single.result(call('1'), 1n);
    single.error(session, '2', { ...FAULT, data: 1n }, 'm');
    await tickDone();
    expect(transport.messages).toEqual([
      { jsonrpc: '2.0', id: 1, error: INTERNAL },
      { jsonrpc: '2.0', id: 2, error: INTERNAL },
    ]);
  });

  it.each([
    ['a result', (bytes: number) => 'x'.repeat(bytes - 36)],
    ['a result of characters with three bytes', (bytes: number) => '€'.repeat(Math.ceil((bytes - 36) / 3))],
  ])('is an error if %s has more bytes than may wait', async (_what, ofBytes) => {
    const { transport, session, call } = open();
    single.result(call('1'), ofBytes(MAX_BYTES - 2));
    single.result(call('2'), ofBytes(MAX_BYTES + 1));
    single.error(session, '3', { ...FAULT, data: ofBytes(MAX_BYTES) }, 'm');
    await tickDone();
    expect(transport.messages).toMatchObject([
      { id: 1, result: expect.any(String) },
      { id: 2, error: INTERNAL },
      { id: 3, error: INTERNAL },
    ]);
    expect(session.state).toBe('open');
  });

  it('is what settling makes of it, and what follows comes behind it', async () => {
    const { transport, session, call } = open();
    const settled = call('1');
    settled.beforeReply(() => void session.push('before'));
    settled.afterReply(() => void session.push('after'));
    single.result(settled, 'result');
    const refused = call('2');
    refused.beforeReply(() => {
      throw RpcError.of('Conflict');
    });
    refused.afterReply(() => void session.push('never'));
    single.result(refused, 'never');
    const unsendable = call('3');
    unsendable.afterReply(() => void session.push('never'));
    single.result(unsendable, 1n);
    await tickDone();
    expect(transport.messages.map(({ id, method, error }) => id ?? method ?? error)).toEqual(['before', 1, 'after', 2, 3]);
    expect(transport.messages[3]).toMatchObject({ id: 2, error: { code: -32009 } });
  });

  it('is sent also if what follows it fails', async () => {
    const { transport, call } = open();
    const failing = call('1');
    failing.afterReply(() => {
      throw new Error('behind the reply');
    });
    single.result(failing, 1);
    await tickDone();
    expect(transport.messages).toEqual([{ jsonrpc: '2.0', id: 1, result: 1 }]);
  });
});

describe('a batch reply', () => {
  it('is one array, sent when the last item is done', async () => {
    const { transport, session, call } = open();
    const batch = new BatchReply(session, 4, MAX_BYTES, BatchReply.leastBytes(4, 0));
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

  it('has errors in place of results that it has no room for', async () => {
    const { transport, session, call } = open();
    const batch = new BatchReply(session, 4, MAX_BYTES, BatchReply.leastBytes(4, 0));
    const settled = call('3');
    settled.beforeReply(() => undefined);
    batch.result(call('1'), 'x'.repeat(MAX_BYTES / 2));
    batch.result(call('2'), 'x'.repeat(MAX_BYTES / 2));
    batch.result(settled, 'x'.repeat(MAX_BYTES / 2));
    batch.result(call('4'), 'small');
    await tickDone();
    expect(JSON.parse(transport.texts[0] ?? '')).toMatchObject([
      { id: 1, result: expect.any(String) },
      { id: 2, error: INTERNAL },
      { id: 3, error: INTERNAL },
      { id: 4, result: 'small' },
    ]);
    expect(Buffer.byteLength(transport.texts[0] ?? '')).toBeLessThanOrEqual(MAX_BYTES);
  });

  it('has InternalErrors in place of errors that it has no room for', async () => {
    const { transport, session } = open();
    const batch = new BatchReply(session, 4, MAX_BYTES, BatchReply.leastBytes(4, 0));
    const large = { ...FAULT, data: 'x'.repeat(MAX_BYTES / 2) };
    const answered = ['1', '2', '3'].map((id) => batch.error(session, id, large, 'm').code);
    batch.error(session, '4', FAULT, 'm');
    await tickDone();
    expect(answered).toEqual([-32004, -32603, -32603]);
    expect(JSON.parse(transport.texts[0] ?? '')).toMatchObject([
      { error: large },
      { error: INTERNAL },
      { error: INTERNAL },
      { error: FAULT },
    ]);
    expect([Buffer.byteLength(transport.texts[0] ?? '') <= MAX_BYTES, session.state]).toEqual([true, 'open']);
  });

  it('fits with ids that are long', async () => {
    const { transport, session, call } = open();
    const ids = Array.from({ length: 4 }, (_unused, n) => JSON.stringify(`${n}${'i'.repeat(1_000)}`));
    const batch = new BatchReply(session, ids.length, MAX_BYTES, BatchReply.leastBytes(ids.length, 4_500));
    for (const id of ids) batch.result(call(id), 'x'.repeat(3_000));
    await tickDone();
    expect(Buffer.byteLength(transport.texts[0] ?? '')).toBeLessThanOrEqual(MAX_BYTES);
    expect(JSON.parse(transport.texts[0] ?? '')).toMatchObject([
      { result: expect.any(String) },
      { error: INTERNAL },
      { error: INTERNAL },
      { error: INTERNAL },
    ]);
  });

  it('is nothing if nothing is to be answered', async () => {
    const { transport, session, call } = open();
    const batch = new BatchReply(session, 3, MAX_BYTES, BatchReply.leastBytes(3, 0));
    batch.result(call(), 1);
    batch.error(session, undefined, FAULT, 'm');
    batch.nothing();
    await tickDone();
    expect(transport.texts).toEqual([]);
  });

  it('settles its items when it leaves, and what follows them comes behind it', async () => {
    const { transport, session, call } = open();
    const order: string[] = [];
    const batch = new BatchReply(session, 2, MAX_BYTES, BatchReply.leastBytes(2, 0));
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
