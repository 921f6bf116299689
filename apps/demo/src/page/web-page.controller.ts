import { Controller, Get, Header, NotFoundException, Param, StreamableFile } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { extname, join, resolve, sep } from 'node:path';

/** The compiled tree of this app: `apps/demo/web` and, beside it, the libs that the page imports. */
const COMPILED_ROOT = resolve(import.meta.dirname, '../../../..');
const PUBLIC_FOLDERS = ['apps/demo/web', 'libs/realtime-client', 'libs/realtime-protocol'].map(
  (folder) => join(COMPILED_ROOT, folder) + sep,
);
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Nothing from elsewhere, nothing inline, no frames. `connect-src 'self'` covers the WebSocket of the same host. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves the chat page: plain files and the browser's ES modules, under the paths that their relative imports have on disk. */
@Controller()
export class WebPageController {
  @Get()
  @Header('Content-Security-Policy', CONTENT_SECURITY_POLICY)
  @Header('Referrer-Policy', 'no-referrer')
  @Header('X-Content-Type-Options', 'nosniff')
  @Header('Cache-Control', 'no-cache')
  page(): Promise<StreamableFile> {
    return this.file('apps/demo/web/index.html');
  }

  @Get('assets/*path')
  @Header('X-Content-Type-Options', 'nosniff')
  @Header('Cache-Control', 'no-cache')
  asset(@Param('path') path: string | string[]): Promise<StreamableFile> {
    return this.file(Array.isArray(path) ? path.join('/') : path);
  }

  private async file(path: string): Promise<StreamableFile> {
    const file = resolve(COMPILED_ROOT, path);
    const type = CONTENT_TYPES[extname(file)];
    if (type === undefined || !PUBLIC_FOLDERS.some((folder) => file.startsWith(folder))) throw new NotFoundException();
    const content = await readFile(file).catch(() => {
      // Translated: whatever keeps the file from being read, it is not here for the browser.
      throw new NotFoundException();
    });
    return new StreamableFile(content, { type });
  }
}
