import type { Type } from '@nestjs/common';
import { moduleFromPage } from '../docs/module-from-page.js';
import { startNode } from '../support/start-node.js';

it('Nest’s serializer stands around results, with groups, and pushes are made plain by hand', async () => {
  const { MembersGateway } = await moduleFromPage<{ MembersGateway: Type }>('docs/with-other-libraries.md', 'class MembersGateway');
  await using node = await startNode({ providers: [MembersGateway] });
  await using peer = await node.connect();
  expect(await peer.result('members.find')).toEqual([{ name: 'Ada' }]);
  expect(await peer.result('members.announce')).toEqual({ name: 'Grace', email: 'ada@example.com' });
  expect((await peer.push('members.joined')).params).toEqual({ name: 'Grace' });
});
