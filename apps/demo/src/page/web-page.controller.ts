import type { OnApplicationBootstrap } from '@nestjs/common';
import { Controller, Get, Header, Headers, NotFoundException, Param, Res, StreamableFile } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { EndpointDirectory } from 'nestjs-realtime';
import { DemoConfig } from '../config/demo-config.js';
import { contentSecurityPolicy } from './content-security-policy.js';
import { PageFiles } from './page-files.js';
import { fillIn, pageSettings } from './page-settings.js';

/** Serves the chat page: plain files and the browser's ES modules, under the paths that their relative imports have on disk. */
@Controller()
export class WebPageController implements OnApplicationBootstrap {
  private html = Buffer.alloc(0);
  private socketPort = 0;

  constructor(
    private readonly files: PageFiles,
    private readonly config: DemoConfig,
    private readonly endpoints: EndpointDirectory,
  ) {}

  /** The files have been read. */
  onApplicationBootstrap(): void {
    const endpoint = this.endpoints.at(undefined, 0);
    const html = this.files.find('apps/demo/web/index.html')?.content.toString() ?? '';
    this.html = Buffer.from(fillIn(pageSettings(this.config, endpoint), html));
    this.socketPort = endpoint.port;
  }

  @Get()
  @Header('Referrer-Policy', 'no-referrer')
  @Header('X-Content-Type-Options', 'nosniff')
  @Header('Cache-Control', 'no-cache')
  page(@Headers('host') host: string | undefined, @Res({ passthrough: true }) response: ServerResponse): StreamableFile {
    response.setHeader('Content-Security-Policy', contentSecurityPolicy(this.socketPort, host));
    return new StreamableFile(this.html, { type: 'text/html; charset=utf-8' });
  }

  @Get('assets/*path')
  @Header('X-Content-Type-Options', 'nosniff')
  @Header('Cache-Control', 'no-cache')
  asset(@Param('path') path: string | string[]): StreamableFile {
    const found = this.files.find(Array.isArray(path) ? path.join('/') : path);
    if (!found) throw new NotFoundException();
    return new StreamableFile(found.content, { type: found.type });
  }
}
