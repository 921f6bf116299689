/** JSON, written over several lines with a colour for each kind of value. */
import { make } from './element.js';

const INDENT = '  ';

/** Puts the text of a value into an element. */
export function showJson(element: HTMLElement, value: unknown): void {
  element.replaceChildren(...nodesOf(value, ''));
}

function nodesOf(value: unknown, indent: string): (Node | string)[] {
  if (Array.isArray(value))
    return block(
      '[',
      ']',
      value.map((item): (Node | string)[] => nodesOf(item, indent + INDENT)),
      indent,
    );
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => [
      make('span', 'json-key', JSON.stringify(name)),
      ': ',
      ...nodesOf(member, indent + INDENT),
    ]);
    return block('{', '}', members, indent);
  }
  return [make('span', classOf(value), JSON.stringify(value))];
}

function block(open: string, close: string, items: readonly (Node | string)[][], indent: string): (Node | string)[] {
  if (items.length === 0) return [open + close];
  const lines = items.flatMap((item, index) => [`${index === 0 ? '' : ','}\n${indent}${INDENT}`, ...item]);
  return [open, ...lines, `\n${indent}${close}`];
}

function classOf(value: unknown): string {
  if (typeof value === 'string') return 'json-string';
  return typeof value === 'number' ? 'json-number' : 'json-literal';
}
