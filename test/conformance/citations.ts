/** Finds out which tests cite which ids of the conformance list, by reading the titles in the sources. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';

const REPOSITORY = resolve(import.meta.dirname, '../..');

/** One id in the title of one test. */
export interface Citation {
  readonly id: string;
  readonly title: string;
  /** From the root of the repository. */
  readonly file: string;
}

/** All citations in the specs of the repository. */
export function citations(): Citation[] {
  return ['libs', 'test'].flatMap(specsBelow).flatMap((file) => citationsIn(relative(REPOSITORY, file), readFileSync(file, 'utf8')));
}

/** The ids that stand in brackets at the end of the titles of tests. Tests that do not run cite nothing. */
export function citationsIn(file: string, text: string): Citation[] {
  const found: Citation[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTest(node.expression)) {
      const [title] = node.arguments;
      if (title && ts.isStringLiteralLike(title)) {
        const ids = /\[([^[\]]+)\]$/.exec(title.text)?.[1]?.split(' ') ?? [];
        found.push(...ids.map((id) => ({ id, title: title.text, file })));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return found;
}

/** True for `it` and for `it.each(table)`, false for `it.skip` and its like. */
function isTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return callee.text === 'it' || callee.text === 'test';
  if (!ts.isCallExpression(callee) || !ts.isPropertyAccessExpression(callee.expression)) return false;
  const { expression, name } = callee.expression;
  return name.text === 'each' && isTest(expression);
}

function specsBelow(folder: string): string[] {
  return readdirSync(join(REPOSITORY, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.spec.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}
