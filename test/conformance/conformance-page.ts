/** Writes the rules of the conformance list as the page for readers shows them. */
import type { Requirement } from './requirement.js';

/** One bullet for each rule, in the order of the list. */
export function rulesAsMarkdown(rules: Readonly<Record<string, Requirement>>): string {
  return Object.entries(rules)
    .map(([id, { source, rule, choice, awaits }]) => {
      const ours = choice === undefined ? '' : ` _Our choice:_ ${choice}`;
      const later = awaits === undefined ? '' : ` _Not yet:_ waits for ${awaits}.`;
      const where = source === 'this library' ? '' : ` (${source})`;
      return `- **${id}**${where}: ${rule}${ours}${later}`;
    })
    .join('\n');
}
