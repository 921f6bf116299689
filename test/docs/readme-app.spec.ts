/** The code of the README, taken from the page, runs and answers what the page says. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';
import { withoutFences } from './links.js';
import { inBackticks } from './markdown-tables.js';
import { REPOSITORY, codeBlocks, readPage } from './pages.js';

const PAGE = 'README.md';

// A folder as a user has it: files of the page, and the packages beside them.
const folder = mkdtempSync(join(tmpdir(), 'readme-app-'));

beforeAll(() => {
  symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'app.module.ts'), blockWith('ts', 'export class AppModule'));
  writeFileSync(join(folder, 'price.service.ts'), blockWith('ts', 'export class PriceService'));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('the app of the README', () => {
  it('answers the frame that the page sends as the page says', async () => {
    const { AppModule } = (await import(join(folder, 'app.module.ts'))) as { readonly AppModule: Type };
    const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
    try {
      await app.listen(0, '127.0.0.1');
      const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
      const [, address = '', frame = ''] = /wscat --connect (\S+).* --execute '(.+)'/.exec(blockWith('sh', 'wscat')) ?? [];
      await using peer = await RpcPeer.connect(address.replace('localhost:3000', `127.0.0.1:${port}`));
      peer.send(frame);
      const expected = JSON.parse(blockWith('json', '"result"')) as { readonly id: unknown };
      expect(await peer.response(expected.id)).toEqual(expected);
    } finally {
      await app.close();
    }
  });

  it('is about ten lines beside its imports', () => {
    const lines = blockWith('ts', 'export class AppModule').split('\n');
    expect(lines.filter((line) => line.trim() !== '' && !line.startsWith('import')).length).toBeLessThanOrEqual(12);
  });
});

describe('the service of the README', () => {
  it('pushes what the page says to whom the page lets in', async () => {
    interface Prices {
      changed(symbol: string, price: number): Promise<void>;
    }
    const { PriceService } = (await import(join(folder, 'price.service.ts'))) as { readonly PriceService: Type<Prices> };
    const [subscribe = '', push = ''] = inBackticks(withoutFences(readPage(PAGE))).filter((code) => code.startsWith('{"jsonrpc"'));
    await using node = await startNode({ providers: [PriceService] });
    await using peer = await node.connect();
    peer.send(subscribe);
    expect(await peer.response((JSON.parse(subscribe) as { readonly id: unknown }).id)).toMatchObject({
      result: { subscribed: ['price:ACME'] },
    });
    expect(await peer.request('subscribe', { topics: ['price:internal'] })).toMatchObject({ error: { reason: 'PermissionDenied' } });
    await node.app.get(PriceService).changed('ACME', 12.5);
    await peer.settled();
    expect(peer.pushes).toEqual([JSON.parse(push)]);
  });
});

/** The first block of the page that holds the words. */
function blockWith(language: string, words: string): string {
  const block = codeBlocks(PAGE, language).find(({ text }) => text.includes(words));
  if (!block) throw new Error(`${PAGE} has no block of ${language} with ${words}`);
  return block.text;
}
