/** What is wrong with options, for specs; not part of the package. */
import { RealtimeConfigError } from './option-rules.js';

/** The faults that `read` throws as one error; none if it takes the options. */
export function configFaults(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof RealtimeConfigError) return error.faults;
    throw error;
  }
  return [];
}
