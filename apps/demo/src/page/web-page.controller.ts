import { Controller, Get, Header, NotFoundException, Param, StreamableFile } from '@nestjs/common';
import { PageFiles } from './page-files.js';

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
  constructor(private readonly files: PageFiles) {}

  @Get()
  @Header('Content-Security-Policy', CONTENT_SECURITY_POLICY)
  @Header('Referrer-Policy', 'no-referrer')
  @Header('X-Content-Type-Options', 'nosniff')
  @Header('Cache-Control', 'no-cache')
  page(): StreamableFile {
    return this.file('apps/demo/web/index.html');
  }

  @Get('assets/*path')
  @Header('X-Content-Type-Options', 'nosniff')
  @Header('Cache-Control', 'no-cache')
  asset(@Param('path') path: string | string[]): StreamableFile {
    return this.file(Array.isArray(path) ? path.join('/') : path);
  }

  private file(path: string): StreamableFile {
    const found = this.files.find(path);
    if (!found) throw new NotFoundException();
    return new StreamableFile(found.content, { type: found.type });
  }
}
