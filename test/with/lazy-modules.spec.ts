import { Module } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { moduleFromPage } from '../docs/module-from-page.js';
import { startNode } from '../support/start-node.js';

it('a method loads a module when it is called; a module with methods is refused then', async () => {
  const { ReportsGateway } = await moduleFromPage<{ ReportsGateway: Type }>('docs/with-other-libraries.md', 'LazyModuleLoader');
  await using node = await startNode({ providers: [ReportsGateway] });
  await using peer = await node.connect();
  expect([await peer.result('reports.print', { text: 'a' }), await peer.result('reports.print', { text: 'b' })]).toEqual([
    '<p>a</p>',
    '<p>b</p>',
  ]);
  class LateModule {}
  Module({ providers: [class extends ReportsGateway {}] })(LateModule);
  await expect(node.app.get(LazyModuleLoader).load(() => LateModule)).rejects.toThrow('came with a module');
});
