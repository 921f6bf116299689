/** Follows the links of a page: to files of the repository, and to headings of pages. */
import { dirname, join, normalize } from 'node:path';
import { pageExists, readPage } from './pages.js';

/** The links of a page that lead nowhere, as `docs/methods.md: protocol.md#errrors`. Links to other hosts are not followed. */
export function deadLinks(page: string, markdown: string = readPage(page)): string[] {
  return linksIn(markdown)
    .filter((link) => !/^[a-z][a-z0-9+.-]*:/i.test(link))
    .filter((link) => !leadsSomewhere(page, markdown, link))
    .map((link) => `${page}: ${link}`);
}

/** What a page links to, in any of Markdown's ways; images too. */
export function linksIn(markdown: string): string[] {
  const prose = withoutCode(markdown);
  const inline = [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)];
  const references = [...prose.matchAll(/^\s*\[[^\]]+\]:\s+<?(\S+?)>?\s*$/gm)];
  const html = [...prose.matchAll(/<(?:a|img)\b[^>]*?\b(?:href|src)="([^"]+)"/g)];
  return [...inline, ...references, ...html].map(([, target]) => target ?? '');
}

/** The anchors that GitHub gives the headings of a page. */
export function anchorsIn(markdown: string): string[] {
  const counts = new Map<string, number>();
  const headings = [...withoutFences(markdown).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, text]) => text ?? '');
  return headings.map((heading) => {
    const slug = slugOf(heading);
    const before = counts.get(slug) ?? 0;
    counts.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}

function leadsSomewhere(page: string, markdown: string, link: string): boolean {
  const [path = '', anchor] = link.split('#', 2);
  if (path === '') return anchorsIn(markdown).includes(anchor ?? '');
  const target = normalize(join(dirname(page), decodeURIComponent(path)));
  if (target.startsWith('..') || !pageExists(target)) return false;
  return anchor === undefined || !target.endsWith('.md') || anchorsIn(readPage(target)).includes(anchor);
}

function slugOf(heading: string): string {
  const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  return plain
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-');
}

/** The page without its blocks of code. */
export function withoutFences(markdown: string): string {
  return markdown.replace(/^\s*(`{3,})[^\n]*\n[\s\S]*?^\s*\1`*\s*$/gm, '');
}

function withoutCode(markdown: string): string {
  return withoutFences(markdown).replace(/`[^`\n]*`/g, '');
}
