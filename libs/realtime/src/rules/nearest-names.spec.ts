import { nearestNames } from './nearest-names.js';

const NAMES = [
  'PATH',
  'PORT',
  'TOPICS',
  'LIMITS_FRAME_BYTES',
  'LIMITS_TOPIC_NAME_BYTES',
  'RATE_SESSION',
  'RATE_USER',
  'OUTBOUND_MAX_BYTES',
];

describe('nearestNames', () => {
  it.each<[string, string, readonly string[]]>([
    ['a letter too few', 'LIMIT_FRAME_BYTES', ['LIMITS_FRAME_BYTES']],
    ['a letter too many', 'PATHS', ['PATH']],
    ['another letter', 'PARH', ['PATH']],
    ['two letters in the wrong order', 'PROT', ['PORT']],
    ['several slips in a long name', 'LIMTS_FRMAE_BYTE', ['LIMITS_FRAME_BYTES']],
    ['a group that was left out', 'FRAME_BYTES', ['LIMITS_FRAME_BYTES']],
    ['a group alone', 'RATE', ['RATE_SESSION', 'RATE_USER']],
    ['what is a part of one name and nearly another one', 'TOPIC', ['TOPICS']],
  ])('finds what was meant by %s', (_what, written, names) => {
    expect(nearestNames(written, NAMES)).toEqual(names);
  });

  it.each(['COLOUR', 'X', '', 'BYTE', '__PROTO__'])('finds nothing for %j', (written) => {
    expect(nearestNames(written, NAMES)).toEqual([]);
  });

  it('names no more than five', () => {
    expect(nearestNames('GROUP', ['GROUP_1', 'GROUP_2', 'GROUP_3', 'GROUP_4', 'GROUP_5', 'GROUP_6'])).toHaveLength(5);
  });
});
