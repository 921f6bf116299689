import { nodeOn, parseCores } from './cores.js';

describe('parseCores', () => {
  it.each([
    [' 0,1\n', [0, 1]],
    ['0-3,8', [0, 1, 2, 3, 8]],
    ['5', [5]],
    ['', []],
  ])('reads %j', (list, cores) => {
    expect(parseCores(list)).toEqual(cores);
  });
});

describe('nodeOn', () => {
  it('starts Node through taskset on a core', () => {
    expect(nodeOn({ core: 3, node: '/n/24' }, ['a.js'])).toEqual(['taskset', ['-c', '3', '/n/24', 'a.js']]);
  });

  it('starts Node as it is where there is no core to give', () => {
    expect(nodeOn({ core: undefined, node: '/n/24' }, ['a.js'])).toEqual(['/n/24', ['a.js']]);
  });
});
