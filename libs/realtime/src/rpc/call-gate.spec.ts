import type { ErrorObject } from 'nestjs-realtime-protocol';
import type { CallEndedFacts } from '../observe/realtime-observer.js';
import { Observers } from '../observe/observers.js';
import type { Session } from '../session/session.js';
import { idleCallSurroundings } from './call-surroundings.fixture.js';
import { MethodRegistry } from './method-registry.js';
import type { RegisteredMethod } from './method-registry.js';
import { RpcConnection } from './rpc-connection.js';

const REFUSAL: ErrorObject = { code: -32029, message: 'Too many requests', data: { retryAfterMs: 5 } };

/** What a connection needs of a session; calls to the peer have the ids 1 to 3 and are answered once. */
class FakeSession {
  readonly id = 'session';
  readonly principal = null;
  readonly texts: string[] = [];
  state = 'open';
  private readonly asked = new Set<unknown>([1, 2, 3]);

  serve(): void {}
  pauseReading(): void {}
  resumeReading(): void {}

  send(text: string): boolean {
    this.texts.push(text);
    return true;
  }

  settle({ id }: { readonly id: unknown }): boolean {
    return this.asked.delete(id);
  }

  get answers(): unknown[] {
    return this.texts.map((text) => JSON.parse(text) as unknown);
  }
}

function guarded({ passes = Infinity, closesAt = Infinity } = {}) {
  const fake = new FakeSession();
  const checked: (string | undefined)[] = [];
  const begun: unknown[] = [];
  const ended: CallEndedFacts[] = [];
  const methods = new MethodRegistry();
  methods.add({ name: 'echo', origin: 'Test.echo', timeoutMs: 0, handle: ({ params }) => (begun.push(params), params) });
  methods.add({ name: 'wait', origin: 'Test.wait', timeoutMs: 0, handle: () => new Promise(() => undefined) });
  const observers = new Observers((fault) => {
    throw fault;
  });
  observers.add({ callEnded: (facts) => void ended.push(facts) });
  const gate = {
    check(_session: Session, method: RegisteredMethod | undefined): ErrorObject | undefined {
      checked.push(method?.name);
      if (checked.length >= closesAt) fake.state = 'closing';
      return checked.length > passes ? REFUSAL : undefined;
    },
    checkUser: () => undefined,
    costs: () => true,
  };
  // The rest of a session plays no part here.
  const session = fake as unknown as Session;
  const connection = new RpcConnection(session, methods, { ...idleCallSurroundings(1), observers, gate });
  const receive = (message: unknown): void => connection.receive(typeof message === 'string' ? message : JSON.stringify(message));
  return { session: fake, checked, begun, ended, receive };
}

const request = (id: unknown, method = 'echo') => ({ jsonrpc: '2.0', id, method, params: [id] });
const notification = (method = 'echo') => ({ jsonrpc: '2.0', method, params: [] });
const answer = (id: unknown) => ({ jsonrpc: '2.0', id, result: 0 });
const cancel = (id: unknown) => ({ jsonrpc: '2.0', method: '$/cancelRequest', params: { id } });

describe('the gate', () => {
  it.each<[string, unknown, (string | undefined)[]]>([
    ['a request', request(1), ['echo']],
    ['a notification', notification(), ['echo']],
    ['an unknown method', request(1, 'unheard'), [undefined]],
    ['a notification of an unknown method', notification('unheard'), [undefined]],
    ['broken JSON', '{"jsonrpc"', [undefined]],
    ['a value that is no message', '5', [undefined]],
    ['an empty batch', '[]', [undefined]],
    ['a batch that is too long', Array(51).fill(1), [undefined]],
    [
      'each item of a batch',
      [request(1), notification(), 5, request(2, 'unheard'), answer(99)],
      [undefined, 'echo', 'echo', undefined, undefined],
    ],
    ['an answer that nobody waits for', answer(99), [undefined]],
    ['a cancel of a call that is not there', cancel(99), [undefined]],
    ['a cancel without an id', { jsonrpc: '2.0', method: 'notifications/cancelled' }, [undefined]],
  ])('is asked about %s', (_what, message, expected) => {
    const { checked, receive } = guarded();
    receive(message);
    expect(checked).toEqual(expected);
  });

  it('is not asked about answers that are waited for, alone and in a batch', () => {
    const { checked, receive } = guarded();
    receive(answer(1));
    receive([answer(2), answer(3)]);
    expect(checked).toEqual([]);
    receive(answer(1));
    expect(checked).toEqual([undefined]);
  });

  it('is not asked about a cancel that takes back a call which runs or waits', () => {
    const { checked, session, receive } = guarded();
    receive(request('running', 'wait'));
    receive(request('waiting', 'wait'));
    receive(cancel('waiting'));
    receive(cancel('running'));
    // Once for each of the calls, when they came.
    expect(checked).toEqual(['wait', 'wait']);
    expect(session.answers).toMatchObject([
      { id: 'waiting', error: { code: -32800 } },
      { id: 'running', error: { code: -32800 } },
    ]);
  });

  it('answers what it refuses with its error, and nothing of it begins', () => {
    const { begun, session, receive } = guarded({ passes: 1 });
    for (const message of [request(1), request(2), request(3, 'unheard'), '{']) receive(message);
    expect(begun).toEqual([[1]]);
    expect(session.answers).toEqual([
      { jsonrpc: '2.0', id: 1, result: [1] },
      { jsonrpc: '2.0', id: 2, error: REFUSAL },
      { jsonrpc: '2.0', id: 3, error: REFUSAL },
      { jsonrpc: '2.0', id: null, error: REFUSAL },
    ]);
  });

  it('drops notifications that it refuses, and observers hear of it', () => {
    const { begun, ended, session, receive } = guarded({ passes: 0 });
    receive(notification());
    receive(notification('unheard'));
    expect([begun, session.texts]).toEqual([[], []]);
    expect(ended).toMatchObject([
      { method: 'echo', isNotification: true, outcome: 'refused', code: -32029 },
      { method: 'unknown', isNotification: true, outcome: 'refused', code: -32029 },
    ]);
  });

  it('refuses single items of a batch', () => {
    const { session, receive } = guarded({ passes: 2 });
    receive([request(1), notification(), request(2), notification(), 7]);
    expect(session.answers).toEqual([
      [
        { jsonrpc: '2.0', id: 1, result: [1] },
        { jsonrpc: '2.0', id: 2, error: REFUSAL },
        { jsonrpc: '2.0', id: null, error: REFUSAL },
      ],
    ]);
  });

  it('is not asked again, and nothing more begins, once it has ended the session', () => {
    const { begun, checked, receive } = guarded({ closesAt: 2 });
    receive([request(1), 5, 6, request(2), answer(99), cancel(99)]);
    expect([begun, checked]).toEqual([[[1]], [undefined, 'echo']]);
  });
});
