import type { CallEndedFacts, SessionClosedFacts } from '../observe/realtime-observer.js';
import { oneLine } from '../observe/one-line.js';
import type { RpcLoggerOptions } from './rpc-logger.js';
import { RpcLogger } from './rpc-logger.js';

const CALL: CallEndedFacts = {
  sessionId: 'S1',
  method: 'chat.send',
  isNotification: false,
  requestId: '7',
  outcome: 'ok',
  durationMs: 1.234,
};

function told(tell: (logger: RpcLogger) => void, options: RpcLoggerOptions = {}): string[] {
  const lines: string[] = [];
  const at = (level: string) => (line: unknown) => void lines.push(`${level} ${String(line)}`);
  tell(new RpcLogger({ logger: { log: at('log'), debug: at('debug'), verbose: at('verbose'), error: at('error') }, ...options }));
  return lines;
}

function logged(facts: Partial<CallEndedFacts>, okLevel?: 'debug'): string[] {
  return told((logger) => logger.callEnded({ ...CALL, ...facts }), okLevel ? { okLevel } : {});
}

describe('the request log', () => {
  it('has a line for each call', () => {
    expect(logged({ userId: 'ada' })).toEqual(['log method=chat.send outcome=ok durationMs=1.23 session=S1 user="ada" request=7']);
    expect(logged({}, 'debug')).toEqual(['debug method=chat.send outcome=ok durationMs=1.23 session=S1 request=7']);
  });

  it.each([
    ['error', -32603, 'error'],
    ['error', -32053, 'error'],
    ['timeout', -32008, 'error'],
    ['error', -32602, 'debug'],
    ['error', 17, 'debug'],
    ['refused', -32029, 'debug'],
    ['refused', -32601, 'debug'],
    ['cancelled', -32800, 'debug'],
    ['disconnected', undefined, 'debug'],
  ] as const)('shows %s with code %s at the level %s after it', (outcome, code, level) => {
    expect(logged({ outcome, ...(code === undefined ? {} : { code }) })[0]).toMatch(new RegExp(`^${level} .* outcome=${outcome} `));
  });

  it('has no level that loggers of Nest do not know', () => {
    const okLevel = 'info' as 'log'; // as from JavaScript
    expect(() => new RpcLogger({ okLevel })).toThrow(new TypeError('okLevel must be one of log, debug, verbose, got info'));
  });

  it('ties an InternalError to the line that has its stack', () => {
    expect(logged({ outcome: 'error', code: -32603, errorId: 'e-1' })).toEqual([
      'error method=chat.send outcome=error durationMs=1.23 session=S1 request=7 code=-32603 errorId=e-1',
    ]);
  });

  it('stays one line of bounded length, whatever a peer or a token chose', () => {
    const hostile = `"\u2028\u009b31m\u202e\u0085${'x'.repeat(100_000)}"`;
    const [line = ''] = logged({ requestId: hostile, userId: `a\nb\u001b[2J${'y'.repeat(10_000)}` });
    expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]/u);
    expect(line.length).toBeLessThan(600);
  });
});

describe('who was turned away or sent away', () => {
  const CLOSED: SessionClosedFacts = {
    sessionId: 'S1',
    address: '10.0.0.7',
    endpoint: '/ws',
    openedAtMs: 0,
    userId: 'ada',
    code: 4001,
    reason: 'HeartbeatTimeout',
    by: 'server',
    wasClean: false,
    durationMs: 61.5,
  };

  it('has a line at debug with the status and the reason of the refusal', () => {
    const lines = told((logger) => logger.handshakeRejected({ status: 403, reason: 'OriginRefused', address: '10.0.0.7' }));
    expect(lines).toEqual(['debug handshake=refused status=403 reason=OriginRefused address=10.0.0.7']);
  });

  it('has a line at debug with the close code that the server chose', () => {
    expect(told((logger) => logger.sessionClosed(CLOSED))).toEqual([
      'debug session=S1 user="ada" closed=4001 reason="HeartbeatTimeout" address=10.0.0.7 durationMs=61.50',
    ]);
  });

  it('has none if the peer left by itself', () => {
    expect(told((logger) => logger.sessionClosed({ ...CLOSED, by: 'peer', code: 1001, reason: 'bye\nbye' }))).toEqual([]);
  });
});

describe('one line of text', () => {
  it('leaves text of any script as it is', () => {
    expect(oneLine('Zoë 日本 🙂 "quoted"')).toBe('Zoë 日本 🙂 "quoted"');
  });

  it('shows what would change the log by its code', () => {
    expect(oneLine('a\r\nb\u001bc\u2029d\u202ee\ud800')).toBe('a\\u{d}\\u{a}b\\u{1b}c\\u{2029}d\\u{202e}e\\u{d800}');
  });

  it('cuts what is long', () => {
    expect(oneLine('x'.repeat(500))).toBe(`${'x'.repeat(128)}…`);
  });
});
