/** The configuration of `deploy/nginx` for one machine: other ports, other folders, and otherwise as it is. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from './deploy-files.js';

export type Sharing = 'round-robin' | 'least-connections' | 'address-hash' | 'scaled';

export interface Place {
  /** Where nginx listens. */
  readonly port: number;
  readonly folder: string;
  /** Of the nodes, in the order of their names. */
  readonly nodePorts: readonly number[];
}

/** Writes `upstream.conf` into the folder. @returns what stands in `nginx.conf` @throws {Error} if there is nothing to put in the place of something */
export function nginxConfiguration(sharing: Sharing, { port, folder, nodePorts }: Place): string {
  const nodes = nodePorts.map((nodePort, index): [RegExp, string] => [
    sharing === 'scaled' ? /server node:3000 / : new RegExp(`server node-${index + 1}:3000 `),
    `server 127.0.0.1:${nodePort} `,
  ]);
  writeFileSync(join(folder, 'upstream.conf'), replaced(`${sharing}.conf`, nodes));
  return replaced('nginx.conf', [
    [/listen 8080 /, `listen 127.0.0.1:${port} `],
    [/ \/tmp\//g, ` ${folder}/`],
    [/\/dev\/stdout/, join(folder, 'access.log')],
  ]);
}

function replaced(name: string, pairs: readonly (readonly [RegExp, string])[]): string {
  return pairs.reduce(
    (text, [pattern, value]) => {
      if (text.search(pattern) < 0) throw new Error(`deploy/nginx/${name} has no ${pattern}`);
      return text.replace(pattern, value);
    },
    readText(`deploy/nginx/${name}`),
  );
}
