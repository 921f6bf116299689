/** The certificate of the server, from files. */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** What an HTTPS server needs, in PEM. */
export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** What the files hold, and what is wrong with them; neither if no file is named. */
export interface TlsReading {
  readonly tls?: TlsFiles;
  readonly faults: readonly string[];
}

/** Reads the files that `WS_TLS_CERT` (with its chain) and `WS_TLS_KEY` name. They are read once: a renewed certificate needs a restart. */
export function readTlsFiles(certPath: string, keyPath: string): TlsReading {
  if (certPath === '' && keyPath === '') return { faults: [] };
  if (certPath === '') return { faults: ['WS_TLS_KEY needs WS_TLS_CERT'] };
  if (keyPath === '') return { faults: ['WS_TLS_CERT needs WS_TLS_KEY'] };
  const faults: string[] = [];
  const cert = read('WS_TLS_CERT', certPath, faults);
  const key = read('WS_TLS_KEY', keyPath, faults);
  if (!cert || !key) return { faults };
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    // Translated: OpenSSL's sentence, which holds nothing of the key.
    return {
      faults: [`WS_TLS_CERT and WS_TLS_KEY are no certificate with its key: ${error instanceof Error ? error.message : String(error)}`],
    };
  }
  return { tls: { cert, key }, faults };
}

function read(variable: string, path: string, faults: string[]): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    // Translated: the operator learns which variable it is.
    faults.push(`${variable}: the file ${path} cannot be read (${String((error as NodeJS.ErrnoException).code)})`);
    return undefined;
  }
}
