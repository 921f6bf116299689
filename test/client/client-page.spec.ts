/** docs/client.md has every option of the client, every state and every way in which a connection ends. */
import type { ConnectionEnd, ConnectionState } from 'nestjs-realtime-client';
import { CLIENT_LIMIT_DEFAULTS, ClientConfigError, RealtimeClient } from 'nestjs-realtime-client';
import { inBackticks, tableRows } from '../docs/markdown-tables.js';
import { readPage } from '../docs/pages.js';

const page = readPage('docs/client.md');

/** The compiler says if one is missing. */
const STATES = { idle: 1, connecting: 1, open: 1, waiting: 1, closed: 1 } satisfies Record<ConnectionState['name'], 1>;
const ENDS = {
  'closed-here': 1,
  'closed-by-server': 1,
  lost: 1,
  unreachable: 1,
  refused: 1,
  'timed-out': 1,
  'not-prepared': 1,
  'sign-in-failed': 1,
} satisfies Record<ConnectionEnd['kind'], 1>;

function knownOptions(): string[] {
  try {
    new RealtimeClient('ws://example.com/ws', { '?': 1 } as object).close();
    return [];
  } catch (error) {
    const [fault = ''] = error instanceof ClientConfigError ? error.faults : [];
    return fault.replace(/^.*known here: /, '').split(', ');
  }
}

describe('docs/client.md', () => {
  const options = tableRows(page, 'option', 'default').flatMap((row) => inBackticks(row['option'] ?? ''));

  it('has every option and no other', () => {
    expect([...new Set(options.map((name) => name.split('.')[0]))].sort()).toEqual(knownOptions().sort());
  });

  it('has every limit and no other', () => {
    const limits = options.filter((name) => name.startsWith('limits.')).map((name) => name.replace('limits.', ''));
    expect(limits.sort()).toEqual(Object.keys(CLIENT_LIMIT_DEFAULTS).sort());
  });

  it('has every state', () => {
    const names = tableRows(page, '`name`', 'meaning').flatMap((row) => inBackticks(row['`name`'] ?? ''));
    expect(names.sort()).toEqual(Object.keys(STATES).sort());
  });

  it('has every way in which a connection ends', () => {
    const [, sentence = ''] = /`reason\.kind` is ([^.]+)\./.exec(page.replaceAll('\n', ' ')) ?? [];
    const kinds = inBackticks(sentence).filter((name) => name in ENDS);
    expect(kinds.sort()).toEqual(Object.keys(ENDS).sort());
  });
});
