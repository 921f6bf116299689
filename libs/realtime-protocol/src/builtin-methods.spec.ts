import { BUILTIN_METHODS, BUILTIN_PUSHES, CANCEL_METHODS, cancelledIdMember, isReservedMethod } from './builtin-methods.js';

describe('names of methods', () => {
  it.each(['rpc.', 'rpc.discover', '$/', '$/x', 'notifications/cancelled'])('%s is reserved', (name) => {
    expect(isReservedMethod(name)).toBe(true);
  });

  it.each(['', 'rpc', 'rpcs.x', 'RPC.x', 'a.rpc.b', '$', 'a$/', 'notifications/x', 'constructor'])('%s is free', (name) => {
    expect(isReservedMethod(name)).toBe(false);
  });

  it('of the library that peers may call are free, so that options can rename them and applications can see them', () => {
    for (const name of [...Object.values(BUILTIN_METHODS), ...Object.values(BUILTIN_PUSHES)]) expect(isReservedMethod(name)).toBe(false);
  });

  it('that take a request back say where its id stands', () => {
    expect(cancelledIdMember(CANCEL_METHODS.lsp)).toBe('id');
    expect(cancelledIdMember(CANCEL_METHODS.mcp)).toBe('requestId');
    expect(cancelledIdMember('toString')).toBeUndefined();
  });
});
