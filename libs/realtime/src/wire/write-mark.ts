/** Finds out whether a peer that reads slowly reads at all. */
import type { Duplex } from 'node:stream';

interface MeteredHandle {
  readonly writeQueueSize?: number;
}

/** What a TCP or TLS socket knows of its traffic; other streams know nothing of it. */
export interface MeteredSocket {
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
  readonly _handle?: (MeteredHandle & { readonly _parent?: MeteredHandle }) | null;
}

/** @see Transport.writeMark */
export function writeMarkOf(socket: Duplex & MeteredSocket): number | undefined {
  const waiting = socket.writableLength;
  if (waiting === 0) return undefined;
  // A large write is one request to the kernel, which takes it bit by bit as the peer reads. Only the handle knows how far it is;
  // Node's own timeout of sockets looks at the same number.
  const { bytesWritten = 0, _handle } = socket;
  // With TLS it is the handle below that of the encryption, which has encrypted everything at once.
  return bytesWritten - waiting - ((_handle?._parent ?? _handle)?.writeQueueSize ?? 0);
}
