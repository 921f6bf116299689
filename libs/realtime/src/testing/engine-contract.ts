/** What every engine must keep, as cases for any test runner: an engine of a team's own is held to the same. */
import { BUS_CONTRACT } from './bus-contract.js';
import type { MakeEngine } from './contract-nodes.js';
import { ContractNodes } from './contract-nodes.js';
import { DIRECTORY_CONTRACT } from './directory-contract.js';
import { LEASE_CONTRACT } from './lease-contract.js';

/**
 * The promises of `ClusterBus`, `NodeLeases` and `SessionDirectory`.
 * @example `for (const { title, run } of engineContract(() => myEngine(broker))) it(title, run);`
 */
export function engineContract(makeEngine: MakeEngine): readonly { readonly title: string; run(): Promise<void> }[] {
  return [...BUS_CONTRACT, ...LEASE_CONTRACT, ...DIRECTORY_CONTRACT].map((one) => ({
    title: one.title,
    async run() {
      const nodes = new ContractNodes(makeEngine);
      try {
        await one.run(nodes);
      } finally {
        await nodes.close();
      }
    },
  }));
}
