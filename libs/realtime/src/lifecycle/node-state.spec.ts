import { NodeState } from './node-state.js';

describe('NodeState', () => {
  it('goes from running over draining to stopped', () => {
    const state = new NodeState();
    expect([state.current, state.advance('draining'), state.current, state.advance('stopped'), state.current]).toEqual([
      'running',
      true,
      'draining',
      true,
      'stopped',
    ]);
  });

  it('may leave draining out', () => {
    const state = new NodeState();
    expect([state.advance('stopped'), state.current]).toEqual([true, 'stopped']);
  });

  it('never goes back or on the spot', () => {
    const state = new NodeState();
    expect(state.advance('running')).toBe(false);
    state.advance('draining');
    expect([state.advance('draining'), state.advance('running'), state.current]).toEqual([false, false, 'draining']);
    state.advance('stopped');
    expect([state.advance('draining'), state.advance('running'), state.current]).toEqual([false, false, 'stopped']);
  });
});
