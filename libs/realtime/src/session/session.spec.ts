import { Disconnect, RpcError } from 'nestjs-realtime-protocol';
import { tickDone } from '../../../../test/sessions/fake-transport.js';
import { collectGarbage } from '../../../../test/support/collect-garbage.js';
import { FlushSchedule } from '../outbound/flush-schedule.js';
import { openSession } from './open-session.fixture.js';
import { OUTBOUND_DEFAULTS } from '../outbound/outbound-queue.js';
import type { Session, SessionHost } from './session.js';

function open({ maxFrames = OUTBOUND_DEFAULTS.maxFrames, refuse = undefined as RpcError | undefined } = {}) {
  const told: unknown[] = [];
  const faults: unknown[] = [];
  const host: SessionHost = {
    claimPlace: () => undefined,
    admitPrincipal: (_session, principal) => {
      if (refuse) throw refuse;
      told.push(['admit', principal.userId]);
    },
    principalChanged: (session, before) => {
      told.push(['changed', before?.userId ?? null, session.principal?.userId ?? null]);
      return undefined;
    },
    closing: (session) => void told.push(['closing', session.state]),
    closed: (session, end) => void told.push(['closed', session.state, end.code]),
  };
  const outbound = { ...OUTBOUND_DEFAULTS, maxFrames };
  const onFault = (fault: unknown): void => void faults.push(fault);
  return { ...openSession({ host, outbound, schedule: new FlushSchedule(onFault), onFault }), told, faults };
}

describe('a session', () => {
  it('is open, anonymous and without topics at first, with an id of its own', () => {
    const [one, two] = [open().session, open().session];
    expect([one.state, one.principal, [...one.topics], one.handshake.path]).toEqual(['open', null, [], '/ws']);
    expect(one.id).toMatch(/^[\w-]{22,}$/);
    expect(one.id).not.toBe(two.id);
  });

  it('sends what is pushed in one tick in one write', async () => {
    const { session, transport } = open();
    expect([session.push('a'), session.push('b', { n: 1 }), session.push('c', [1])]).toEqual([true, true, true]);
    await tickDone();
    expect(transport.writes).toEqual([
      ['{"jsonrpc":"2.0","method":"a"}', '{"jsonrpc":"2.0","method":"b","params":{"n":1}}', '{"jsonrpc":"2.0","method":"c","params":[1]}'],
    ]);
  });

  it.each([['text'], [7], [null], [true], [Symbol('s')], [() => 0]])('refuses to push params that are %p', (params) => {
    const { session, transport } = open();
    expect(() => session.push('a', params)).toThrow(TypeError);
    expect([session.state, transport.log]).toEqual(['open', []]);
  });
});

describe('signing in', () => {
  it('keeps a copy of the principal that nobody can change', async () => {
    const { session, told } = open();
    const principal = { userId: 'u', platform: 'web', roles: ['admin'] };
    await session.login(principal);
    principal.userId = 'other';
    expect(session.principal).toEqual({ userId: 'u', platform: 'web', roles: ['admin'] });
    expect(Object.isFrozen(session.principal)).toBe(true);
    expect(told).toEqual([
      ['admit', 'u'],
      ['changed', null, 'u'],
    ]);
  });

  it('leaves a session who it was if it is refused', async () => {
    const { session, told } = open({ refuse: RpcError.of('PermissionDenied') });
    await expect(session.login({ userId: 'u' })).rejects.toMatchObject({ reason: 'PermissionDenied' });
    expect([session.principal, told]).toEqual([null, []]);
  });

  it.each(['closing', 'closed'] as const)('is refused while the session is %s', async (state) => {
    const { session, told } = open();
    session.close();
    if (state === 'closed') session.ended(1000, '', true);
    await expect(session.login({ userId: 'u' })).rejects.toMatchObject({ reason: 'Conflict' });
    expect([session.state, session.principal]).toEqual([state, null]);
    expect(told).not.toContainEqual(['admit', 'u']);
  });

  it('is taken back by signing out, once', async () => {
    const { session, told } = open();
    await session.login({ userId: 'u' });
    await session.logout();
    await session.logout();
    expect(session.principal).toBeNull();
    expect(told.slice(2)).toEqual([['changed', 'u', null]]);
  });
});

describe('closing a session', () => {
  it('writes what is queued first, then says goodbye with the code and reason', async () => {
    const { session, transport, told } = open();
    session.push('last');
    session.close(Disconnect.of(4567, 'Enough'));
    expect(transport.log).toEqual(['write {"jsonrpc":"2.0","method":"last"}', 'close 4567']);
    expect([session.state, transport.goodbye?.reason, told]).toEqual(['closing', 'Enough', [['closing', 'closing']]]);
    await tickDone();
    expect(transport.log.length).toBe(2);
  });

  it('writes what is queued also if the peer does not keep up', () => {
    const { session, transport } = open();
    transport.writable = false;
    session.push('last');
    session.close();
    expect(transport.log).toEqual(['write {"jsonrpc":"2.0","method":"last"}', 'close 1000']);
  });

  it('takes no pushes any more, and counts only once', () => {
    const { session, transport, told } = open();
    session.close(Disconnect.Kicked);
    expect(session.push('late')).toBe(false);
    session.close(Disconnect.GoingAway);
    expect([transport.log, told]).toEqual([['close 4500'], [['closing', 'closing']]]);
  });

  it.each([4600, null, { code: 4600, reason: 'Ours' }])('refuses %j, which says nothing to the peer, and stays open', (wrong) => {
    const { session, transport } = open();
    expect(() => session.close(wrong as unknown as Disconnect)).toThrow(TypeError); // as from JavaScript
    expect([session.state, transport.log]).toEqual(['open', []]);
  });

  it('ends a session whose queue is full with 4002 and sends nothing more', async () => {
    const { session, transport } = open({ maxFrames: 2 });
    transport.writable = false;
    expect([session.push('a'), session.push('b'), session.push('c'), session.push('d')]).toEqual([true, true, false, false]);
    transport.writable = true;
    session.drained();
    await tickDone();
    expect([session.state, transport.log]).toEqual(['closing', ['close 4002']]);
  });

  it('cuts the wire at once if it is told to: nothing reaches the peer any more', async () => {
    const { session, transport } = open();
    session.push('queued');
    session.terminate();
    expect([session.push('late'), session.state]).toEqual([false, 'closing']);
    session.close();
    await tickDone();
    expect(transport.log).toEqual(['terminate']);
  });
});

describe('the end of a session', () => {
  it.each([
    ['the peer says goodbye', () => undefined, [1001, 'bye', true], 'peer'],
    ['the peer vanishes', () => undefined, [1006, '', false], 'peer'],
    ['we say goodbye', (session: Session) => session.close(Disconnect.Kicked), [4500, 'Kicked', true], 'server'],
    ['our goodbye is not answered', (session: Session) => session.close(Disconnect.Kicked), [4500, 'Kicked', false], 'server'],
    ['we cut the wire', (session: Session) => session.terminate(), [1006, '', false], 'server'],
    [
      'the wire closes because the peer broke its rules',
      (session: Session) => session.wireCloses('server'),
      [1009, 'FrameTooLarge', true],
      'server',
    ],
  ] as const)('is told when %s', (_case, act, [code, reason, wasClean], by) => {
    const { session, told } = open();
    const ends: unknown[] = [];
    session.onClose((end) => ends.push(end));
    act(session);
    session.ended(code, reason, wasClean);
    expect([session.state, ends]).toEqual(['closed', [{ code, reason, by, wasClean }]]);
    expect(told).toEqual([
      ['closing', 'closing'],
      ['closed', 'closed', code],
    ]);
  });

  it('comes once, after the session has left the indexes', () => {
    const { session, told } = open();
    const ends: unknown[] = [];
    session.onClose((end) => ends.push(end.code));
    session.ended(1001, '', true);
    session.ended(1006, '', false);
    session.close();
    expect([ends, told]).toEqual([
      [1001],
      [
        ['closing', 'closing'],
        ['closed', 'closed', 1001],
      ],
    ]);
  });

  it('drops what was queued', async () => {
    const { session, transport } = open();
    session.push('late');
    session.ended(1006, '', false);
    await tickDone();
    expect(transport.log).toEqual([]);
  });

  it('is not told to a listener that was taken back', () => {
    const { session } = open();
    const ends: string[] = [];
    const stop = session.onClose(() => ends.push('stopped'));
    session.onClose(() => ends.push('kept'));
    stop();
    stop();
    session.ended(1000, '', true);
    stop();
    expect(ends).toEqual(['kept']);
  });

  it('is told to all other listeners if one throws, and the fault is reported', () => {
    const { session, told, faults } = open();
    const fault = new Error('listener');
    const ends: string[] = [];
    session.onClose(() => {
      throw fault;
    });
    session.onClose(() => ends.push('second'));
    session.ended(1000, '', true);
    expect([ends, faults, told.at(-1)]).toEqual([['second'], [fault], ['closed', 'closed', 1000]]);
  });

  it('is survived when an asynchronous listener fails: the fault is reported, no rejection is left over', async () => {
    const { session, faults } = open();
    const fault = new Error('asynchronous listener');
    session.onClose(async () => {
      throw fault;
    });
    session.ended(1000, '', true);
    await tickDone();
    expect(faults).toEqual([fault]);
  });
});

describe('a session that is over and that somebody keeps', () => {
  it('does not keep its wire, and takes everything in silence', async () => {
    const kept = (): { session: Session; wire: WeakRef<object> } => {
      const { session, transport } = open();
      return { session, wire: new WeakRef(transport) };
    };
    const { session, wire } = kept();
    session.ended(1006, '', false);
    await collectGarbage();
    expect(wire.deref()).toBeUndefined();
    expect([session.push('late'), session.state]).toEqual([false, 'closed']);
    for (const late of [() => session.close(), () => session.terminate(), () => session.pauseReading(), () => session.resumeReading()]) {
      expect(late).not.toThrow();
    }
  });
});
