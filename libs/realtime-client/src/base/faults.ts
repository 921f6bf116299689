/** What was thrown, whatever it is, and where it goes when nobody waits for it. */

export type OnFault = (fault: unknown) => void;

/** One sentence for people. */
export function messageOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return thrown.message;
    return String(thrown);
  } catch {
    // Translated: an object without a way to become text is named by its type.
    return `a value of the type ${typeof thrown}`;
  }
}

export function asError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error) return thrown;
  } catch {
    // Translated: a proxy that was revoked cannot even be asked what it is.
  }
  return new Error(messageOf(thrown), { cause: thrown });
}

/** A rejection that nobody hears would end a Node process. @param returned what a function of the application gave back */
export function guardReturned(returned: unknown, onFault: OnFault): void {
  if (isThenable(returned)) returned.then(undefined, onFault);
}

/** The application's own `onFault`, which may fail as well; what it could not take goes where uncaught errors go. */
export function guardedOnFault(onFault: OnFault | undefined): OnFault {
  if (!onFault) return reportFault;
  return (fault) => {
    const reportBoth = (own: unknown): void => {
      reportFault(fault);
      reportFault(own);
    };
    try {
      guardReturned(onFault(fault), reportBoth);
    } catch (own) {
      // Survived: nothing of the client may stop because it could not be told.
      reportBoth(own);
    }
  };
}

/** Where an uncaught error would go; Node has no reportError. */
function reportFault(fault: unknown): void {
  if (typeof globalThis.reportError === 'function') globalThis.reportError(fault);
  else console.error(fault);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
