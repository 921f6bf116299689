/** Hears when somebody asks the process to end a second time. */
const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'];

/**
 * Signals that nobody else listens to are left alone: they end the process, as they should.
 * @returns stops listening
 */
export function onFurtherSignal(act: () => void): () => void {
  const heard = ENDING_SIGNALS.filter((signal) => process.listenerCount(signal) > 0);
  for (const signal of heard) process.on(signal, act);
  return () => {
    for (const signal of heard) process.off(signal, act);
  };
}
