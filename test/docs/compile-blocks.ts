/** Compiles the blocks of TypeScript on pages, each as a file of its own beside its page, with the settings of the repository. */
import { join } from 'node:path';
import ts from 'typescript';
import { compilerOptions } from './compiler-options.js';
import type { CodeBlock } from './pages.js';
import { REPOSITORY } from './pages.js';

/** What fragments may use without saying where it comes from. */
const FRAGMENT_HEAD = [
  "import type { INestApplication } from '@nestjs/common';",
  "import type { HubService, RpcCall, Session } from 'nestjs-realtime';",
  'declare const app: INestApplication, hub: HubService, call: RpcCall, session: Session;',
  'export async function fragment() {',
].join(' ');

/** The faults that the compiler finds, as `docs/methods.md:12: …`; none if all blocks compile. */
export function compileFaults(blocks: readonly CodeBlock[]): string[] {
  const options = { ...compilerOptions(), jsx: ts.JsxEmit.ReactJSX };
  const sources = new Map(
    blocks.map((block) => [join(REPOSITORY, `${block.page}.${block.line}.${block.language === 'tsx' ? 'tsx' : 'ts'}`), block]),
  );
  const program = ts.createProgram([...sources.keys()], options, hostWith(sources, options));
  return [...sources].flatMap(([file, block]) => {
    const source = program.getSourceFile(file);
    if (!source) return [`${block.page}:${block.line}: the compiler did not take the block`];
    const faults = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return faults.map((fault) => describeFault(fault, source, block));
  });
}

/** Reads from the disk, but the blocks from memory. */
function hostWith(sources: ReadonlyMap<string, CodeBlock>, options: ts.CompilerOptions): ts.CompilerHost {
  const disk = ts.createCompilerHost(options, true);
  const textOf = (file: string): string | undefined => {
    const block = sources.get(file);
    return block && (block.isFragment ? `${FRAGMENT_HEAD}\n${block.text}\n}` : block.text);
  };
  return {
    ...disk,
    fileExists: (file) => sources.has(file) || disk.fileExists(file),
    readFile: (file) => textOf(file) ?? disk.readFile(file),
    getSourceFile: (file, target, ...rest) => {
      const text = textOf(file);
      return text === undefined ? disk.getSourceFile(file, target, ...rest) : ts.createSourceFile(file, text, target);
    },
  };
}

function describeFault({ start = 0, messageText }: ts.Diagnostic, source: ts.SourceFile, { page, line, isFragment }: CodeBlock): string {
  const offset = source.getLineAndCharacterOfPosition(start).line - (isFragment ? 1 : 0);
  return `${page}:${line + offset}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}
