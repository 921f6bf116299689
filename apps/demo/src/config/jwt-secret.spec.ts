import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJwtSecret } from './jwt-secret.js';

describe('the secret of the tokens', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'demo-secret-'));
    file = join(folder, 'secret');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is the one that is set, and no file is made', () => {
    expect(readJwtSecret({ JWT_SECRET: 'known' }, file)).toEqual({ text: 'known', from: 'environment' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is kept from one development start to the next, in a file that nobody else can read', () => {
    const first = readJwtSecret({}, file);
    expect(first).toEqual({ text: expect.stringMatching(/^[\w-]{43}$/), from: 'file' });
    expect(readJwtSecret({}, file)).toEqual(first);
    expect(readFileSync(file, 'utf8')).toBe(first.text);
    expect([readdirSync(folder), statSync(file).mode & 0o777]).toEqual([['secret'], 0o600]);
  });

  it('is not kept in production', () => {
    const [first, second] = [1, 2].map(() => readJwtSecret({ NODE_ENV: 'production' }, file));
    expect([first?.from, second?.from]).toEqual(['start', 'start']);
    expect(first?.text).not.toBe(second?.text);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['others can read', () => chmodSync(file, 0o644)],
    ['holds no secret', () => writeFileSync(file, '')],
    ['is a link', () => (rmSync(file), symlinkSync(join(folder, 'elsewhere'), file))],
    ['cannot be made', () => (rmSync(file), (file = join(folder, 'missing', 'secret')))],
  ])('is made anew for each start if the file %s', (_what, spoil) => {
    const kept = readJwtSecret({}, file).text;
    writeFileSync(join(folder, 'elsewhere'), kept, { mode: 0o600 });
    spoil();
    const [first, second] = [readJwtSecret({}, file), readJwtSecret({}, file)];
    expect([first.from, second.from]).toEqual(['start', 'start']);
    expect(new Set([kept, first.text, second.text]).size).toBe(3);
  });
});
