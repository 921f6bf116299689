/** The members of a push that JSON-RPC does not know. */
export interface PushEnvelope {
  readonly topic?: string;
  readonly offset?: number;
}

const NONE: PushEnvelope = Object.freeze({});

/**
 * Reads the envelope of a frame, or of one item of a batch.
 * @param text valid JSON
 */
export function envelopeOf(text: string, item?: number): PushEnvelope {
  // Most frames are answers and carry none: only those that may are parsed again.
  if (!text.includes('"topic"')) return NONE;
  const frame = JSON.parse(text) as unknown;
  const message = item === undefined ? frame : (frame as readonly unknown[])[item];
  const { topic, offset } = message as { topic?: unknown; offset?: unknown };
  return { ...(typeof topic === 'string' ? { topic } : {}), ...(typeof offset === 'number' ? { offset } : {}) };
}
