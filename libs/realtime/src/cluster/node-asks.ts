/** Questions to other nodes, and their answers. A node that dies or stays silent is named; it never costs the others' answers. */
import { channelOfNode } from './channels.js';
import type { ClusterLink } from './cluster-link.js';
import type { ClusterMessage } from './cluster-message.js';

/**
 * Answers a question of another node. What it throws is reported here, and the asker counts this node as missing.
 * @param signal fires when nobody waits for the answer any more
 */
export type Answerer = (params: unknown, signal: AbortSignal) => unknown;

export interface AskOptions {
  /** Who is asked. @default all others */
  readonly nodes?: readonly string[];
  /** @default askTimeoutMs of the engine */
  readonly timeoutMs?: number;
  /** Ends the waiting with the first answer that it is true for. */
  readonly isEnough?: (answer: unknown) => boolean;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

export interface AskResult {
  /** What the nodes answered. */
  readonly answers: readonly { readonly nodeId: string; readonly answer: unknown }[];
  /** Nodes that are alive for all that is known and did not answer, or could not. */
  readonly missingNodes: readonly string[];
}

interface Question {
  readonly waiting: Set<string>;
  readonly answers: { nodeId: string; answer: unknown }[];
  readonly missing: string[];
  readonly isEnough: ((answer: unknown) => boolean) | undefined;
  readonly settle: () => void;
}

const NOBODY: AskResult = Object.freeze({ answers: Object.freeze([]), missingNodes: Object.freeze([]) });

export class NodeAsks {
  private readonly answerers = new Map<string, Answerer>();
  private readonly open = new Map<number, Question>();
  /** What this node is asked, by asker and id. */
  private readonly running = new Map<string, AbortController>();
  private lastId = 0;
  private isStopped = false;

  /** @param others the ids of the nodes that are alive */
  constructor(
    private readonly link: ClusterLink,
    private readonly nodeId: string,
    private readonly others: () => readonly string[],
    private readonly timeoutMs: number,
    private readonly onFault: (fault: unknown) => void,
  ) {
    link.on('ask', (message) => void this.answer(message));
    link.on('answer', (message) => this.take(message));
    link.on('dismiss', ({ facts: [id, asker] }) => this.running.get(keyOf(asker, id))?.abort());
  }

  /** One answerer for each kind of question. */
  on(kind: string, answerer: Answerer): void {
    this.answerers.set(kind, answerer);
  }

  /** Asks other nodes. Never rejects. */
  ask(kind: string, params: unknown, options: AskOptions = {}): Promise<AskResult> {
    const { nodes = this.others(), timeoutMs = this.timeoutMs, isEnough, signal } = options;
    if (nodes.length === 0 || signal?.aborted || this.isStopped) return Promise.resolve(NOBODY);
    const id = ++this.lastId;
    const text = JSON.stringify(params);
    return new Promise((resolve) => {
      const stop = (): void => question.settle();
      const timer = setTimeout(stop, timeoutMs);
      signal?.addEventListener('abort', stop, { once: true });
      const question: Question = {
        waiting: new Set(nodes),
        answers: [],
        missing: [],
        isEnough,
        settle: () => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', stop);
          this.open.delete(id);
          this.dismiss(id, question.waiting);
          resolve({ answers: question.answers, missingNodes: [...question.missing, ...question.waiting] });
        },
      };
      this.open.set(id, question);
      for (const nodeId of nodes) {
        // Counted by the link; here the node is missing.
        this.link.send(channelOfNode(nodeId), 'ask', [id, kind, this.nodeId], text).catch(() => this.miss(id, nodeId));
      }
    });
  }

  /** A node is dead: nobody waits for it any more. */
  forget(nodeId: string): void {
    for (const id of [...this.open.keys()]) this.miss(id, nodeId);
  }

  /** Nobody is waited for, or asked, any longer. */
  stop(): void {
    this.isStopped = true;
    for (const question of [...this.open.values()]) question.settle();
  }

  private async answer({ facts: [id, kind, asker], text }: ClusterMessage): Promise<void> {
    if (typeof id !== 'number' || typeof kind !== 'string' || typeof asker !== 'string') return;
    const answerer = this.answerers.get(kind);
    const dismissal = new AbortController();
    const key = keyOf(asker, id);
    this.running.set(key, dismissal);
    let answer = '';
    try {
      if (answerer) answer = JSON.stringify((await answerer(JSON.parse(text), dismissal.signal)) ?? null);
    } catch (fault) {
      // Survived: the asker is told that there is no answer, this node's log says why.
      this.onFault(fault);
    } finally {
      this.running.delete(key);
    }
    if (dismissal.signal.aborted) return;
    // A failure is counted by the link; the asker's time runs out.
    await this.link.send(channelOfNode(asker), 'answer', [id, this.nodeId, answer !== ''], answer).catch(() => undefined);
  }

  private take({ facts: [id, nodeId, isAnswer], text }: ClusterMessage): void {
    if (typeof id !== 'number' || typeof nodeId !== 'string') return;
    const question = this.open.get(id);
    // Too late, or not asked.
    if (!question?.waiting.has(nodeId)) return;
    if (isAnswer !== true) {
      this.miss(id, nodeId);
      return;
    }
    const answer: unknown = JSON.parse(text);
    question.waiting.delete(nodeId);
    question.answers.push({ nodeId, answer });
    if (question.waiting.size === 0 || question.isEnough?.(answer)) question.settle();
  }

  /** Nobody waits for their answers any more: what they have begun may end. */
  private dismiss(id: number, nodes: ReadonlySet<string>): void {
    // A failure is counted by the link; their time is bounded as well.
    for (const nodeId of nodes) void this.link.send(channelOfNode(nodeId), 'dismiss', [id, this.nodeId]).catch(() => undefined);
  }

  private miss(id: number, nodeId: string): void {
    const question = this.open.get(id);
    if (!question?.waiting.delete(nodeId)) return;
    question.missing.push(nodeId);
    if (question.waiting.size === 0) question.settle();
  }
}

function keyOf(asker: unknown, id: unknown): string {
  return `${String(asker)} ${String(id)}`;
}
