/** How much work each suite does. */

/** An amount to warm up with, and the amount that is measured. */
export interface Amount {
  readonly warmUp: number;
  readonly measured: number;
}

export interface Scale {
  readonly rounds: number;
  readonly echo: { readonly connections: number; readonly calls: Amount };
  /** `receivers`: one case after the other. `pushes` are those to the fewest; to more of them there are fewer. */
  readonly fanOut: { readonly receivers: readonly number[]; readonly pushes: Amount };
  /** `first` are open when the first reading is taken, `more` are added before the second. */
  readonly memory: { readonly rounds: number; readonly connections: { readonly first: number; readonly more: number } };
  readonly churn: { readonly atOnce: number; readonly connections: Amount };
  readonly handlers: { readonly connections: number; readonly calls: Amount };
  /** `receivers`: one case after the other; `crowd` are connections in memory. */
  readonly turns: {
    readonly rounds: number;
    readonly receivers: readonly number[];
    readonly pushes: Amount;
    readonly crowd: { readonly sessions: number; readonly pushes: number };
  };
  readonly joins: { readonly sessions: readonly number[]; readonly repeats: number };
  /** `sessions` of a topic: one case after the other, `pushes` are those to the fewest. `burst`: messages at once. `topics.sessions` are those of one node. */
  readonly cluster: {
    readonly rounds: number;
    readonly hop: Amount;
    readonly sessions: readonly number[];
    readonly pushes: Amount;
    readonly intake: { readonly burst: number; readonly bursts: Amount };
    readonly topics: { readonly count: number; readonly sessions: number; readonly warmUp: number };
    readonly signIns: { readonly sessions: number; readonly amount: Amount };
  };
}

export const FULL: Scale = Object.freeze({
  rounds: 7,
  echo: { connections: 32, calls: { warmUp: 40_000, measured: 80_000 } },
  fanOut: { receivers: [500, 5000], pushes: { warmUp: 100, measured: 400 } },
  memory: { rounds: 3, connections: { first: 4000, more: 6000 } },
  churn: { atOnce: 16, connections: { warmUp: 3000, measured: 4000 } },
  handlers: { connections: 32, calls: { warmUp: 20_000, measured: 40_000 } },
  turns: { rounds: 3, receivers: [5000, 10_000], pushes: { warmUp: 10, measured: 20 }, crowd: { sessions: 20_000, pushes: 30 } },
  joins: { sessions: [2500, 5000, 10_000, 20_000], repeats: 7 },
  cluster: {
    rounds: 3,
    hop: { warmUp: 2000, measured: 400 },
    sessions: [1, 100, 1000],
    pushes: { warmUp: 3000, measured: 8000 },
    intake: { burst: 2000, bursts: { warmUp: 20, measured: 50 } },
    topics: { count: 10_000, sessions: 20, warmUp: 2000 },
    signIns: { sessions: 40, amount: { warmUp: 10_000, measured: 60_000 } },
  },
});

export const QUICK: Scale = Object.freeze({
  rounds: 3,
  echo: { connections: 32, calls: { warmUp: 8000, measured: 10_000 } },
  fanOut: { receivers: [200, 1000], pushes: { warmUp: 100, measured: 100 } },
  memory: { rounds: 1, connections: { first: 500, more: 1000 } },
  churn: { atOnce: 16, connections: { warmUp: 300, measured: 400 } },
  handlers: { connections: 32, calls: { warmUp: 4000, measured: 4000 } },
  turns: { rounds: 1, receivers: [1000], pushes: { warmUp: 5, measured: 10 }, crowd: { sessions: 5000, pushes: 3 } },
  joins: { sessions: [2500, 5000, 10_000, 20_000], repeats: 1 },
  cluster: {
    rounds: 1,
    hop: { warmUp: 100, measured: 100 },
    sessions: [1, 100],
    pushes: { warmUp: 100, measured: 200 },
    intake: { burst: 500, bursts: { warmUp: 2, measured: 10 } },
    topics: { count: 1000, sessions: 5, warmUp: 300 },
    signIns: { sessions: 10, amount: { warmUp: 500, measured: 1000 } },
  },
});
