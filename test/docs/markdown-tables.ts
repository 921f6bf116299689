/** Reads the tables of a Markdown page. */

/** One row: the text of each cell by the name of its column. */
export type TableRow = Readonly<Record<string, string>>;

/** The rows of the table whose head begins with these columns; of the first such table. @throws {Error} if the page has none */
export function tableRows(markdown: string, ...columns: readonly string[]): TableRow[] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => columns.every((column, index) => cellsOf(line)[index] === column));
  const head = cellsOf(lines[start] ?? '');
  if (head.length === 0) throw new Error(`No table begins with the columns ${columns.join(', ')}`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines
    .slice(start + 2, end === -1 ? undefined : end)
    .map((line) => Object.fromEntries(cellsOf(line).map((cell, index) => [head[index] ?? '', cell])));
}

/** The texts between backticks. */
export function inBackticks(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '');
}

function cellsOf(line: string): string[] {
  if (!line.startsWith('|')) return [];
  return line
    .replace(/^\||\|\s*$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}
