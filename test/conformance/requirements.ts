/** The conformance list: what is demanded on the wire, by id. Tests cite the ids at the end of their titles: `it('… [R7 S4]')`. */
import { LIBRARY_RULES } from './library-rules.js';
import type { Requirement } from './requirement.js';
import { SPECIFICATION_RULES } from './specification-rules.js';

export const REQUIREMENTS: ReadonlyMap<string, Requirement> = new Map<string, Requirement>([
  ...Object.entries(SPECIFICATION_RULES),
  ...Object.entries(LIBRARY_RULES),
]);
