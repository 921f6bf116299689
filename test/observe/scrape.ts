/** Asks a node for its metrics, as Prometheus does. */
import { spawnSync } from 'node:child_process';
import type { RunningNode } from '../support/start-node.js';
import type { Family } from './prometheus-text.js';
import { parsePrometheusText } from './prometheus-text.js';

export class Scrape {
  private constructor(
    readonly text: string,
    readonly families: ReadonlyMap<string, Family>,
  ) {}

  /** @throws {Error} if the answer is not what Prometheus accepts */
  static async of(node: RunningNode, path = '/metrics'): Promise<Scrape> {
    const response = await fetch(`http://127.0.0.1:${node.port}${path}`);
    const type = response.headers.get('content-type');
    if (response.status !== 200 || !type?.startsWith('text/plain; version=0.0.4')) throw new Error(`${path}: ${response.status} ${type}`);
    const text = await response.text();
    return new Scrape(text, parsePrometheusText(text));
  }

  /** The value of one series; undefined if it is not there. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const wanted = JSON.stringify(Object.entries(labels).sort());
    const samples = [...this.families.values()].flatMap((family) => family.samples);
    return samples.find((sample) => sample.name === name && JSON.stringify(Object.entries(sample.labels).sort()) === wanted)?.value;
  }

  /** What promtool says; undefined where it is not installed. */
  promtoolFaults(): string | undefined {
    const { error, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: this.text, encoding: 'utf8' });
    return error ? undefined : `${stdout}${stderr}`;
  }
}
