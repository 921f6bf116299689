/** Takes a secret out of what was thrown: careless code quotes what it was given, as it is or as JSON and URLs write it. */
import { isError } from '../observe/fault-text.js';

/** How far the causes of a fault are kept, and how deep the details of an answer are looked through. */
const MAX_CAUSES = 5;
const MAX_DEPTH = 20;
/** What is shorter stands in any text by chance, and is no secret. */
const LEAST_CHARACTERS = 4;

type Hide = (text: string) => string;

/** The same fault, with its causes, as a new error whose texts do not hold the secret. */
export function withoutSecret(fault: unknown, secret: string, causes: number = MAX_CAUSES): Error {
  return cleaned(fault, hiding(secret), causes);
}

/**
 * What was thrown to be an answer stays what it is, so that exception filters find it: the secret is taken out of its own texts and details
 * and those of its cause, and nothing else is changed. One that cannot be changed becomes a fault.
 */
export function answerWithoutSecret(thrown: Error, secret: string): Error {
  if (secret.length < LEAST_CHARACTERS) return thrown;
  const hide = hiding(secret);
  try {
    for (const name of Object.getOwnPropertyNames(thrown)) {
      const value: unknown = Reflect.get(thrown, name);
      const clean = isError(value) ? cleaned(value, hide, MAX_CAUSES) : cleanedData(value, hide, 0);
      const isSame = isError(value) ? textsOf(value) === textsOf(clean) : clean === value;
      if (!isSame && !Reflect.set(thrown, name, clean)) return cleaned(thrown, hide, MAX_CAUSES);
    }
    return thrown;
  } catch {
    // Translated: what cannot be read cannot be shown to be free of the secret.
    return new Error('an exception that cannot be read was thrown');
  }
}

function hiding(secret: string): Hide {
  if (secret.length < LEAST_CHARACTERS) return (text) => text;
  const forms = [
    ...new Set([secret, JSON.stringify(secret).slice(1, -1), encoded(secret), new URLSearchParams([['', secret]]).toString().slice(1)]),
  ];
  const longestFirst = forms.sort((one, other) => other.length - one.length);
  return (text) => longestFirst.reduce((clean, form) => clean.replaceAll(form, '[token]'), text);
}

function encoded(secret: string): string {
  // A lone surrogate has no such form.
  return encodeURIComponent(Buffer.from(secret).toString());
}

function cleaned(fault: unknown, hide: Hide, causes: number): Error {
  if (!isError(fault)) return new Error(`a value of type ${typeof fault} was thrown`);
  const hasCause = fault.cause !== undefined && fault.cause !== null && causes > 0;
  const clean = new Error(hide(fault.message), hasCause ? { cause: cleaned(fault.cause, hide, causes - 1) } : undefined);
  clean.name = fault.name;
  if (fault.stack !== undefined) clean.stack = hide(fault.stack);
  return clean;
}

/** The very value if nothing had to be hidden in it; what lies deeper than anybody reads is left out. */
function cleanedData(value: unknown, hide: Hide, depth: number): unknown {
  if (typeof value === 'string') return hide(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return undefined;
  const entries = Object.entries(value).map(([key, member]) => [key, member, hide(key), cleanedData(member, hide, depth + 1)] as const);
  if (entries.every(([key, member, cleanKey, clean]) => key === cleanKey && member === clean)) return value;
  if (Array.isArray(value)) return entries.map(([, , , clean]) => clean);
  return Object.fromEntries(entries.map(([, , cleanKey, clean]) => [cleanKey, clean]));
}

function textsOf(fault: unknown): string {
  return isError(fault) ? `${fault.message}\n${fault.stack}\n${textsOf(fault.cause)}` : String(fault);
}
