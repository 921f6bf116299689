import { anchorsIn, deadLinks, linksIn } from './links.js';
import { pages, readPage } from './pages.js';

describe('the pages', () => {
  it('link only to files and headings that are there', () => {
    expect(pages().flatMap((page) => deadLinks(page))).toEqual([]);
  });

  it('are all linked from the README', () => {
    const linked = new Set(linksIn(readPage('README.md')));
    expect(pages().filter((page) => page !== 'README.md' && !linked.has(page))).toEqual([]);
  });
});

describe('the checker itself', () => {
  it('finds links of every kind, and none in code', () => {
    const markdown = [
      '[a](docs/a.md "title"), ![i](<i.png>), <a class="x" href="b.md">b</a>, `[no](no.md)`',
      '[r]: c.md#d',
      '```md\n[no](no.md)\n```',
    ].join('\n\n');
    expect(linksIn(markdown)).toEqual(['docs/a.md', 'i.png', 'c.md#d', 'b.md']);
  });

  it('names headings as GitHub does', () => {
    const markdown = '# The way: `hub.push()`, twice\n\n## It\n\n```\n# no heading\n```\n\n## It\n\n### [Über](x.md) uns';
    expect(anchorsIn(markdown)).toEqual(['the-way-hubpush-twice', 'it', 'it-1', 'über-uns']);
  });

  it('finds files, headings and ways out of the repository that are not there', () => {
    const markdown = '# Here\n\n[1](README.md) [2](#here) [3](#there) [4](none.md) [5](LICENSE) [6](../x.md) [7](https://example.com/none)';
    expect(deadLinks('made-up.md', markdown)).toEqual(['made-up.md: #there', 'made-up.md: none.md', 'made-up.md: ../x.md']);
    expect(deadLinks('docs/made-up.md', '[1](../README.md#status) [2](../README.md#none)')).toEqual(['docs/made-up.md: ../README.md#none']);
  });
});
