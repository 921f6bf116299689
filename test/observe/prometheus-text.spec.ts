import { parsePrometheusText, seriesOf } from './prometheus-text.js';

const family = (type: string, ...lines: string[]): string =>
  ['# HELP a_total Some help', `# TYPE a_total ${type}`, ...lines, ''].join('\n');

describe('the parser of metrics', () => {
  it('reads names, labels with escapes, and values', () => {
    const text = family('counter', 'a_total 1', 'a_total{b="x\\"\\\\\\n",c="{,}"} 2.5e-3', 'a_total{b=""} +Inf');
    expect(parsePrometheusText(text).get('a_total')).toEqual({
      name: 'a_total',
      type: 'counter',
      help: 'Some help',
      samples: [
        { name: 'a_total', labels: {}, value: 1 },
        { name: 'a_total', labels: { b: 'x"\\\n', c: '{,}' }, value: 0.0025 },
        { name: 'a_total', labels: { b: '' }, value: Infinity },
      ],
    });
    expect(seriesOf(parsePrometheusText(text))).toHaveLength(3);
  });

  const histogram = (...lines: string[]): string => ['# HELP h Help', '# TYPE h histogram', ...lines, ''].join('\n');

  it.each([
    ['an unfinished line', 'a 1'],
    ['a sample without a type', 'a 1\n'],
    ['a type without help', '# TYPE a gauge\na 1\n'],
    ['an unknown type', family('thing', 'a_total 1')],
    ['a counter whose name does not say so', '# HELP a Help\n# TYPE a counter\na 1\n'],
    ['a sample of another family', family('counter', 'b_total 1')],
    ['an unquoted label', family('counter', 'a_total{b=c} 1')],
    ['a label with a raw quote', family('counter', 'a_total{b="""} 1')],
    ['the same label twice', family('counter', 'a_total{b="1",b="2"} 1')],
    ['no value', family('counter', 'a_total ')],
    ['a negative counter', family('counter', 'a_total -1')],
    ['a counter that is no number', family('counter', 'a_total NaN')],
    ['the same series twice', family('counter', 'a_total{b="1",c="2"} 1', 'a_total{c="2",b="1"} 1')],
    ['a family in two places', family('counter', 'a_total 1') + family('counter', 'a_total{b="1"} 1')],
    ['a histogram without +Inf', histogram('h_bucket{le="1"} 1', 'h_sum 1', 'h_count 1')],
    ['a histogram whose buckets fall', histogram('h_bucket{le="1"} 2', 'h_bucket{le="+Inf"} 1', 'h_sum 1', 'h_count 1')],
    ['a histogram that counts differently', histogram('h_bucket{le="+Inf"} 1', 'h_sum 1', 'h_count 2')],
    ['a histogram without a sum', histogram('h_bucket{le="+Inf"} 1', 'h_count 1')],
  ])('refuses %s', (_, text) => {
    expect(() => parsePrometheusText(text)).toThrow(Error);
  });
});
