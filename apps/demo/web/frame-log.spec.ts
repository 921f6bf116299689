import { FrameLog, MAX_FRAMES, matches } from './frame-log.js';

const log = (): { frames: FrameLog; pass: (direction: 'in' | 'out', value: unknown) => ReturnType<FrameLog['add']> } => {
  const frames = new FrameLog();
  const pass = (direction: 'in' | 'out', value: unknown): ReturnType<FrameLog['add']> =>
    frames.add({ direction, text: typeof value === 'string' ? value : JSON.stringify(value), atMs: 1 });
  return { frames, pass };
};

describe('the log of frames', () => {
  it('says what each frame is, and which method an answer is about', () => {
    const { pass } = log();
    expect(pass('out', { id: 1, method: 'chat.send' })).toMatchObject({ kind: 'request', label: 'chat.send' });
    expect(pass('in', { id: 1, method: 'client.confirm' })).toMatchObject({ kind: 'request', label: 'client.confirm' });
    expect(pass('in', { method: 'chat.message', topic: 't' })).toMatchObject({ kind: 'notification', label: 'chat.message' });
    expect(pass('in', { id: 1, result: {} })).toMatchObject({ kind: 'result', label: 'chat.send' });
    expect(pass('out', { id: 1, error: {} })).toMatchObject({ kind: 'error', label: 'client.confirm' });
    expect(pass('in', { id: 'x', result: 1 })).toMatchObject({ kind: 'result', label: 'id "x"' });
    expect(pass('in', [{}, {}])).toMatchObject({ kind: 'batch', label: '2 messages' });
    expect(pass('in', 'not JSON')).toMatchObject({ kind: 'other', value: 'not JSON' });
  });

  it('counts bytes, not characters', () => {
    expect(log().pass('out', '"é🎉"').bytes).toBe(8);
  });

  it('shows no password and no token, and does not find them either', () => {
    const { frames, pass } = log();
    pass('out', { id: 1, method: 'auth.login', params: { username: 'ada', password: 'love lace' } });
    pass('in', { id: 1, result: { token: 'abc.def.ghi', expiresAt: 5 } });
    pass('out', { id: 2, method: 'auth.token', params: { token: 'abc.def.ghi' } });
    expect(JSON.stringify(frames.all)).not.toMatch(/love lace|abc\.def/);
    expect(frames.all[0]?.value).toMatchObject({ params: { username: 'ada', password: '••••••' } });
  });

  it('keeps the last frames only, and knows how many passed', () => {
    const { frames, pass } = log();
    for (let i = 1; i <= MAX_FRAMES + 10; i++) pass('in', { method: `m${i}` });
    expect([frames.all.length, frames.all[0]?.label, frames.total]).toEqual([MAX_FRAMES, 'm11', MAX_FRAMES + 10]);
    frames.clear();
    expect([frames.all.length, frames.total]).toEqual([0, 0]);
  });

  it('is searched by anything that is shown, in either case, and by direction', () => {
    const { pass } = log();
    const frame = pass('out', { id: 7, method: 'chat.send', params: { room: 'Lobby' } });
    const found = ['', ' CHAT ', 'lobby', '"id":7'].map((text) => matches(frame, { text, direction: 'both' }));
    expect(found).toEqual([true, true, true, true]);
    expect(matches(frame, { text: 'help', direction: 'both' })).toBe(false);
    expect(matches(frame, { text: 'chat', direction: 'in' })).toBe(false);
    expect(matches(frame, { text: 'chat', direction: 'out' })).toBe(true);
  });
});
