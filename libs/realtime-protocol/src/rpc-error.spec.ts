import { RPC_ERRORS, RpcError, isPermittedCode, isReservedCode, reasonOfCode } from './rpc-error.js';

describe('the table of errors', () => {
  it('has the codes of the specification', () => {
    const { ParseError, InvalidRequest, MethodNotFound, InvalidParams, InternalError } = RPC_ERRORS;
    expect([ParseError, InvalidRequest, MethodNotFound, InvalidParams, InternalError].map(({ code }) => code)).toEqual([
      -32700, -32600, -32601, -32602, -32603,
    ]);
  });

  it('has each code once, and one sentence for each', () => {
    const rows = Object.values(RPC_ERRORS);
    expect(new Set(rows.map(({ code }) => code)).size).toBe(rows.length);
    for (const { message } of rows) expect(message).toMatch(/^[A-Z][^\n]+[^.\n]$/);
  });

  it('keeps the codes of our own within those that implementations may use, beside the one of LSP', () => {
    const own = Object.values(RPC_ERRORS).filter(({ code }) => code > -32600);
    for (const { code } of own) expect(code >= -32099 && code <= -32000).toBe(true);
    expect(RPC_ERRORS.RequestCancelled.code).toBe(-32800);
  });

  it.each(Object.entries(RPC_ERRORS))('finds the reason %s by its code', (reason, { code }) => {
    expect(reasonOfCode(code)).toBe(reason);
  });
});

describe('a code', () => {
  it.each([-32768, -32700, -32099, -32000])('%i is reserved', (code) => {
    expect(isReservedCode(code)).toBe(true);
  });

  it.each([-32769, -31999, 0, 1, -32800])('%i is free', (code) => {
    expect(isReservedCode(code)).toBe(false);
    expect(isPermittedCode(code)).toBe(true);
  });

  it.each([-32000, -32050, -32500, 1.5, Number.NaN, Infinity])('%d may not leave the server', (code) => {
    expect(isPermittedCode(code)).toBe(false);
  });
});

describe('an RpcError', () => {
  it('of the table has its code, sentence and reason', () => {
    expect(RpcError.of('NotFound').toErrorObject()).toEqual({ code: -32004, message: 'Not found', reason: 'NotFound' });
    expect(RpcError.of('NotFound', 'No such room', { room: 'a' }).toErrorObject()).toEqual({
      code: -32004,
      message: 'No such room',
      reason: 'NotFound',
      data: { room: 'a' },
    });
  });

  it('of the application has what it was given, and nothing more', () => {
    expect(new RpcError(7, 'Full').toErrorObject()).toEqual({ code: 7, message: 'Full' });
    expect(new RpcError(7, 'Full', { reason: 'Full', data: null }).toErrorObject()).toEqual({
      code: 7,
      message: 'Full',
      reason: 'Full',
      data: null,
    });
  });

  it('with a code of the table gets the reason of its row', () => {
    expect(new RpcError(-32001, 'Who are you?').reason).toBe('Unauthorized');
  });

  it('is an Error and keeps its cause on this side', () => {
    const cause = new Error('inner');
    const error = new RpcError(7, 'Full', { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'RpcError', message: 'Full', cause });
    expect(JSON.stringify(error.toErrorObject())).not.toContain('inner');
  });
});
