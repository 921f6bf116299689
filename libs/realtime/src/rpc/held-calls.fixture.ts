/** A session with a handler that a test lets go by hand; not part of the package. */
import { openSession } from '../session/open-session.fixture.js';
import { idleCallSurroundings } from './call-surroundings.fixture.js';
import { MethodRegistry } from './method-registry.js';
import type { RpcCall } from './rpc-call.js';
import { RpcConnection } from './rpc-connection.js';

/** The handler, whose calls end in any order. */
class Held {
  readonly calls: RpcCall[] = [];
  private readonly releases: ((value: unknown) => void)[] = [];

  readonly handle = (call: RpcCall): Promise<unknown> => {
    this.calls.push(call);
    return new Promise((resolve) => this.releases.push(resolve));
  };

  release(index: number, value: unknown = `done ${index}`): void {
    this.releases[index]?.(value);
  }
}

export function connect({ inFlight = 64, inFlightBytes = 262_144, timeoutMs = 0 } = {}) {
  const { session, transport } = openSession();
  const held = new Held();
  const methods = new MethodRegistry();
  methods.add({ name: 'held', origin: 'Test.held', timeoutMs, handle: held.handle });
  methods.add({ name: 'echo', origin: 'Test.echo', timeoutMs: 0, handle: (call) => call.params });
  const connection = new RpcConnection(session, methods, idleCallSurroundings(inFlight, inFlightBytes));
  const receive = (message: unknown): void => connection.receive(JSON.stringify(message));
  const call = (id: unknown, method = 'held'): void => receive({ jsonrpc: '2.0', id, method });
  return { session, transport, held, receive, call };
}
