/** The files of the chat page, read once at boot: a request for the page costs no disk, and waits for nothing that is busy with one. */
import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { readFile, readdir } from 'node:fs/promises';
import { extname, join, relative, resolve, sep } from 'node:path';

/** The compiled tree of this app: `apps/demo/web` and, beside it, the libs that the page imports. */
const COMPILED_ROOT = resolve(import.meta.dirname, '../../../..');
const PUBLIC_FOLDERS = ['apps/demo/web', 'libs/realtime-client', 'libs/realtime-protocol'];
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface PageFile {
  readonly type: string;
  readonly content: Buffer;
}

@Injectable()
export class PageFiles implements OnModuleInit {
  private readonly files = new Map<string, PageFile>();

  async onModuleInit(): Promise<void> {
    await Promise.all(PUBLIC_FOLDERS.map((folder) => this.read(join(COMPILED_ROOT, folder))));
  }

  /** @param path below the compiled tree, with slashes, as `apps/demo/web/index.html` */
  find(path: string): PageFile | undefined {
    return this.files.get(path);
  }

  private async read(folder: string): Promise<void> {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const type = CONTENT_TYPES[extname(entry.name)];
      if (type === undefined || !entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      this.files.set(relative(COMPILED_ROOT, file).replaceAll(sep, '/'), { type, content: await readFile(file) });
    }
  }
}
