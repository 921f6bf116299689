/** A demo node as a process of its own, whose lines are passed on with its name before them. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = resolve(import.meta.dirname, 'leashed-node.js');

export class NodeProcess {
  private readonly child: ChildProcess;
  /** Resolves when the process has ended, to its exit code; null if a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Where its page is; undefined if it ended before it said so. */
  readonly address: Promise<string | undefined>;

  /** What it printed before its greeting: of interest only if it never greets. */
  private boot: string[] | undefined = [];

  /** @param say takes each line that it prints from its greeting on, and what it complains of */
  constructor(
    readonly name: string,
    env: NodeJS.ProcessEnv,
    private readonly say: (line: string) => void,
  ) {
    // In a group of its own: Ctrl-C reaches it once, through `stop`, and a second signal would end it without a goodbye.
    this.child = fork(PROGRAM, [], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
    const { stdout, stderr } = this.child;
    const greeted = new Promise<string>((found) => {
      if (stdout) createInterface(stdout).on('line', (line) => this.hear(line, found));
    });
    if (stderr) createInterface(stderr).on('line', (line) => this.pass(line));
    this.address = Promise.race([greeted, this.ended.then(() => this.complain())]);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  stop(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.child.kill(signal);
  }

  private hear(line: string, found: (url: string) => void): void {
    const [, url] = /^ {2}Chat page\s+(\S+?)\/?$/.exec(line) ?? [];
    if (url !== undefined) {
      this.boot = undefined;
      found(url);
    } else if (this.boot) {
      this.boot.push(line);
    } else if (!isGreeting(line)) {
      this.pass(line);
    }
  }

  private complain(): undefined {
    for (const line of this.boot ?? []) this.pass(line);
    this.boot = undefined;
  }

  private pass(line: string): void {
    this.say(`[${this.name}] ${line}`);
  }
}

function isGreeting(line: string): boolean {
  return line === '' || /^ {2}(?:JSON-RPC|Health|Metrics|Sign in as|Whoever can reach)/.test(line);
}
