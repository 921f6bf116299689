import { MethodRegistry } from './method-registry.js';
import type { RegisteredMethod } from './method-registry.js';

const method = (name: string, origin = 'Gateway.method'): RegisteredMethod => ({ name, origin, timeoutMs: 0, handle: () => name });

describe('MethodRegistry', () => {
  it('finds methods by their whole name', () => {
    const registry = new MethodRegistry();
    const send = method('chat.send');
    expect(registry.add(send)).toBeUndefined();
    expect(registry.get('chat.send')).toBe(send);
    for (const other of ['chat', 'chat.', 'chat.send ', 'Chat.send', '']) expect(registry.get(other)).toBeUndefined();
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'get', 'size'])('does not know %s unless it was added', (name) => {
    const registry = new MethodRegistry();
    expect(registry.get(name)).toBeUndefined();
    const own = method(name);
    registry.add(own);
    expect(registry.get(name)).toBe(own);
  });

  it('keeps the first of a name and says who has it', () => {
    const registry = new MethodRegistry();
    const first = method('a', 'First.a');
    registry.add(first);
    expect(registry.add(method('a', 'Second.a'))).toBe(first);
    expect(registry.get('a')).toBe(first);
  });
});
