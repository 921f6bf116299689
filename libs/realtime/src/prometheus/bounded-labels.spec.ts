import { Disconnect, RPC_ERRORS } from 'nestjs-realtime-protocol';
import { BoundedValues, CLOSE_CODES, ERROR_TYPES, closeCodeLabel, errorTypeLabel } from './bounded-labels.js';

describe('labels', () => {
  it('know the rows of the table of close codes', () => {
    expect(CLOSE_CODES).toEqual(expect.arrayContaining(['1000', '1005', '1006', '1012', '4002', String(Disconnect.Kicked.code)]));
    expect([closeCodeLabel(4500), closeCodeLabel(1006), closeCodeLabel(4321), closeCodeLabel(1014)]).toEqual([
      '4500',
      '1006',
      'other',
      'other',
    ]);
  });

  it('share one value for all other close codes, however many peers make up', () => {
    const labels = new Set(Array.from({ length: 10_000 }, (_, code) => closeCodeLabel(code)));
    expect([...labels].sort()).toEqual([...CLOSE_CODES, 'other'].sort());
  });

  it('know the rows of the table of errors', () => {
    expect(ERROR_TYPES).toHaveLength(Object.keys(RPC_ERRORS).length + 2);
    expect([errorTypeLabel(-32700), errorTypeLabel(-32800), errorTypeLabel(1)]).toEqual(['ParseError', 'RequestCancelled', 'Application']);
  });

  it('share one value when somebody makes up too many', () => {
    const values = new BoundedValues(['Known']);
    const labels = new Set(Array.from({ length: 10_000 }, (_, n) => values.label(`reason ${n}`)));
    expect([labels.size, values.label('Known'), values.label('reason 0')]).toEqual([32, 'Known', 'reason 0']);
  });
});
