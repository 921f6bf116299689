/** Finds the wire format of a connection from what was negotiated when it opened. */
import type { IncomingHttpHeaders } from 'node:http';
import type { PerMessageDeflateOptions } from 'ws';
import { BatchFormat } from './batch-format.js';
import type { CompressionOptions } from './compression-options.js';
import { completeCompression } from './compression-options.js';
import { DeflateFormat } from './deflate-format.js';
import { acceptedTerms } from './deflate-offer.js';
import { PLAIN_FORMAT } from './frame-runs.js';
import { BATCH_SUBPROTOCOL } from './subprotocols.js';
import type { WireFormat } from './wire-format.js';

/** No compression was agreed on. */
const NO_WINDOW = 0;

export class WireFormats {
  /** For `ws`, which decompresses; what we send is compressed here. */
  readonly perMessageDeflate: false | PerMessageDeflateOptions;
  private readonly compression: Required<CompressionOptions> | undefined;
  private readonly known = new Map<string, WireFormat>();

  /** @param compression true for the defaults */
  constructor(compression: boolean | CompressionOptions) {
    this.compression = compression === false ? undefined : completeCompression(compression === true ? {} : compression);
    this.perMessageDeflate = this.compression ? { serverNoContextTakeover: true, clientNoContextTakeover: true } : false;
  }

  /**
   * Puts the offer that we accept into the place of all that the peer offers, before `ws` sees them: it would refuse the whole request
   * for one offer that is in no order.
   * @returns the window that was agreed on, for `of`
   */
  agree(headers: IncomingHttpHeaders): number {
    if (!this.compression) return NO_WINDOW;
    const terms = acceptedTerms(headers['sec-websocket-extensions'], this.compression.windowBits);
    if (!terms) {
      delete headers['sec-websocket-extensions'];
      return NO_WINDOW;
    }
    headers['sec-websocket-extensions'] = terms.header;
    return terms.serverWindowBits;
  }

  /** One format for all connections that negotiated the same. */
  of(subprotocol: string, windowBits: number): WireFormat {
    const inBatches = subprotocol === BATCH_SUBPROTOCOL;
    if (!inBatches && windowBits === NO_WINDOW) return PLAIN_FORMAT;
    const name = `${inBatches ? 'batch' : 'single'}:${windowBits}`;
    let format = this.known.get(name);
    if (!format) this.known.set(name, (format = this.make(inBatches, windowBits)));
    return format;
  }

  private make(inBatches: boolean, windowBits: number): WireFormat {
    const deflate = this.compression && windowBits > NO_WINDOW ? new DeflateFormat(windowBits, this.compression) : undefined;
    return inBatches ? new BatchFormat(deflate) : (deflate ?? PLAIN_FORMAT);
  }
}
