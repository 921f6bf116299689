import { Controller, Get, NotFoundException, Param, StreamableFile } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';

/** The compiled tree of this app: `apps/demo/web` and, beside it, the libs that the page imports. */
const COMPILED_ROOT = resolve(import.meta.dirname, '../../..');
const PUBLIC_FOLDERS = ['apps/demo/web', 'libs/realtime-client', 'libs/realtime-protocol'].map(
  (folder) => join(COMPILED_ROOT, folder) + sep,
);
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Serves the chat page: plain files and the browser's ES modules, under the paths that their relative imports have on disk. */
@Controller()
export class WebPageController {
  @Get()
  page(): Promise<StreamableFile> {
    return this.file('apps/demo/web/index.html');
  }

  @Get('assets/*path')
  asset(@Param('path') path: string | string[]): Promise<StreamableFile> {
    return this.file(Array.isArray(path) ? path.join('/') : path);
  }

  private async file(path: string): Promise<StreamableFile> {
    const file = resolve(COMPILED_ROOT, path);
    const type = CONTENT_TYPES[extname(file)];
    if (type === undefined || !PUBLIC_FOLDERS.some((folder) => file.startsWith(folder))) throw new NotFoundException();
    const content = await readFile(file).catch(() => {
      throw new NotFoundException();
    });
    return new StreamableFile(content, { type });
  }
}
