/** A connection without a file descriptor: what is fed in arrives at the server, what the server writes is counted and dropped. */
import { IncomingMessage } from 'node:http';
import type { Server } from 'node:http';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { FrameScanner } from '../load/frame-scanner.js';
import { readUpgradeResponse, upgradeRequest } from '../load/upgrade.js';

export class MemorySocket extends Duplex {
  private head: Buffer | undefined = Buffer.alloc(0);
  private readonly scanner: FrameScanner;

  /** @param onText gets the text frames that the server sends */
  constructor(onText: (text: string) => void) {
    super();
    this.scanner = new FrameScanner({
      text: (bytes, start, end) => onText(bytes.toString('utf8', start, end)),
      ping: () => undefined,
      closed: () => undefined,
    });
  }

  /** Asks the HTTP server for an upgrade, as if the request had come over the network. */
  open(server: Server, path: string): void {
    const request = new IncomingMessage(new Socket());
    const [first = '', ...lines] = upgradeRequest(0, path).trimEnd().split('\r\n');
    [request.method, request.url] = first.split(' ');
    request.httpVersion = '1.1';
    for (const line of lines) {
      const colon = line.indexOf(':');
      request.headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    server.emit('upgrade', request, this, Buffer.alloc(0));
  }

  override _read(): void {
    // Frames are pushed when there are some.
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.head) {
      this.head = Buffer.concat([this.head, bytes]);
      if (readUpgradeResponse(this.head) !== undefined) this.head = undefined;
    } else {
      this.scanner.feed(bytes);
    }
    done();
  }
}
