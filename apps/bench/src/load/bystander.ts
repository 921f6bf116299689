/** Somebody who only calls `echo` now and then, in a thread of its own: what the load does with its sockets does not hold its clock up. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** What the thread is given. */
export interface BystanderData {
  readonly port: number;
  readonly peer: string;
}

/** How long each call took, in ms, in the order of the calls. */
export type Latencies = readonly number[];

export class Bystander implements AsyncDisposable {
  private constructor(private readonly worker: Worker) {}

  /** @param fail told if the thread fails */
  static async start(data: BystanderData, fail: (error: Error) => void): Promise<Bystander> {
    const worker = new Worker(new URL('./bystander-thread.js', import.meta.url), { workerData: data });
    worker.on('error', fail);
    await once(worker, 'message');
    return new Bystander(worker);
  }

  /** Calls from now until it is asked what it saw. */
  begin(): void {
    this.worker.postMessage('begin');
  }

  async seen(): Promise<Latencies> {
    const answered = once(this.worker, 'message') as Promise<[Latencies]>;
    this.worker.postMessage('end');
    return (await answered)[0];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.worker.terminate();
  }
}
