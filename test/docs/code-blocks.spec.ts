/** What a reader copies from a page works: TypeScript compiles, JSON is JSON, the scripts are there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { compileFaults } from './compile-blocks.js';
import type { CodeBlock } from './pages.js';
import { REPOSITORY, blocksIn, codeBlocks, pages } from './pages.js';

const blocksOf = (...languages: string[]): CodeBlock[] => pages().flatMap((page) => codeBlocks(page, ...languages));

describe('the code on the pages', () => {
  it('compiles', () => {
    expect(compileFaults(blocksOf('ts', 'tsx', 'typescript'))).toEqual([]);
  }, 120_000);

  it('is JSON where it says so', () => {
    const faults = blocksOf('json', 'jsonc').flatMap((block) => {
      const { error } = ts.parseConfigFileTextToJson(block.page, block.text) as { error?: ts.Diagnostic };
      const isStrict = block.language === 'jsonc' || isJson(block.text);
      return error || !isStrict ? [`${block.page}:${block.line}`] : [];
    });
    expect(faults).toEqual([]);
  });

  it('is JavaScript where it says so', () => {
    const faults = blocksOf('js', 'javascript', 'mjs').flatMap(({ page, line, text }) => {
      const { diagnostics = [] } = ts.transpileModule(text, {
        reportDiagnostics: true,
        fileName: 'block.js',
        compilerOptions: { allowJs: true },
      });
      return diagnostics.map(({ messageText }) => `${page}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
    });
    expect(faults).toEqual([]);
  });

  it('runs only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    const called = blocksOf('sh', 'bash').flatMap(({ page, text }) => scriptsIn(text).map((script) => ({ page, script })));
    expect(called.map(({ script }) => script)).toEqual(expect.arrayContaining(['start', 'test', 'build']));
    expect(called.filter(({ script }) => !(script in scripts))).toEqual([]);
  });
});

describe('the checker itself', () => {
  const block = (text: string, info = 'ts'): CodeBlock[] => blocksIn('docs/made-up.md', `# Made up\n\n\`\`\`${info}\n${text}\n\`\`\`\n`);

  it('finds what does not compile, and where it stands', () => {
    const wrong = "import { HubService } from 'nestjs-realtime';\n\nexport const hub: HubService = 7;";
    expect(compileFaults(block(wrong))).toEqual(["docs/made-up.md:6: Type 'number' is not assignable to type 'HubService'."]);
    const missing = "import { Nothing } from 'nestjs-realtime';";
    expect(compileFaults(block(missing))).toEqual([
      expect.stringContaining('docs/made-up.md:4: Module \'"nestjs-realtime"\' has no exported'),
    ]);
  }, 60_000);

  it('compiles fragments as the body of a function', () => {
    const fragments = [...block('await hub.broadcast("a");', 'ts fragment'), ...block('\nhub.whisper();', 'ts fragment')];
    expect(fragments.map(({ isFragment }) => isFragment)).toEqual([true, true]);
    expect(compileFaults([{ ...(fragments[0] as CodeBlock), page: 'docs/good.md' }, fragments[1] as CodeBlock])).toEqual([
      "docs/made-up.md:5: Property 'whisper' does not exist on type 'HubService'.",
    ]);
  }, 60_000);

  it('sees which scripts a line of a shell runs', () => {
    expect(scriptsIn('npm ci && npm start\nnpm run build -- --now; npm test -- x\nnpm install ws')).toEqual(['start', 'build', 'test']);
  });
});

function scriptsIn(shell: string): string[] {
  return [...shell.matchAll(/\bnpm (?:run ([\w:.-]+)|(start|test)\b)/g)].map(([, script, short]) => script ?? short ?? '');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Translated: this is the answer.
    return false;
  }
}
