import { RpcError } from 'nestjs-realtime-protocol';
import { FakeTransport, OPENING_FACTS, tickDone } from '../../../../test/sessions/fake-transport.js';
import { SessionRegistry } from '../hub/session-registry.js';
import { TopicIndex } from '../hub/topic-index.js';
import { idleCallSurroundings } from '../rpc/call-surroundings.fixture.js';
import { MethodRegistry } from '../rpc/method-registry.js';
import { Handshake } from '../session/handshake.js';
import { idleSurroundings } from '../session/open-session.fixture.js';
import { SessionAcceptor } from './session-acceptor.js';

/** A registry that another node is faster than: it refuses a sign-in that looked possible before the upgrade. */
function accept(refusal: Error): FakeTransport {
  const registry = new SessionRegistry(new TopicIndex(), []);
  const host = Object.assign(Object.create(registry) as SessionRegistry, {
    admitPrincipal: () => {
      throw refusal;
    },
  });
  const transport = new FakeTransport();
  const acceptor = new SessionAcceptor(registry, idleSurroundings({ host }), idleCallSurroundings());
  acceptor.accept(new Handshake(OPENING_FACTS, ''), transport, new MethodRegistry(), () => undefined, { userId: 'u' });
  return transport;
}

describe('a session whose sign-in is refused only after the upgrade', () => {
  it.each([
    [RpcError.of('TooManyRequests'), 4008],
    [RpcError.of('InvalidParams'), 1011],
    [new Error('x'), 1011],
  ])('%s is closed with %i', async (refusal, code) => {
    const transport = accept(refusal);
    await tickDone();
    expect(transport.goodbye?.code).toBe(code);
  });
});
