/** What is read into a metric when it is scraped. Several nodes of one process feed the same metrics; they add up. */
import type { Counter, Gauge } from 'prom-client';

const FEEDS = new WeakMap<object, Set<() => void>>();

/** @returns ends the feed; may be called twice */
function addFeed(metric: object, feed: () => void): () => void {
  let feeds = FEEDS.get(metric);
  if (!feeds) FEEDS.set(metric, (feeds = new Set()));
  feeds.add(feed);
  return () => feeds.delete(feed);
}

function runFeeds(metric: object): void {
  for (const feed of FEEDS.get(metric) ?? []) feed();
}

/** For the option `collect` of a counter. */
export function collectCounter(this: Counter): void {
  runFeeds(this);
}

/** For the option `collect` of a gauge. */
export function collectGauge(this: Gauge): void {
  this.set(0);
  runFeeds(this);
}

/** @returns ends the feed */
export function feedGauge(gauge: Gauge, read: () => number): () => void {
  return addFeed(gauge, () => gauge.inc(read()));
}

/** Adds what a number that only grows has grown by. @returns takes the rest over and ends the feed */
export function feedCounter(counter: Counter, read: () => number): () => void {
  let seen = 0;
  const take = (): void => {
    const now = read();
    if (now > seen) counter.inc(now - seen);
    seen = now;
  };
  return endingWith(take, addFeed(counter, take));
}

/** The same for numbers by the value of a label. */
export function feedCounters(counter: Counter, label: string, read: () => ReadonlyMap<string, number>): () => void {
  const seen = new Map<string, number>();
  const take = (): void => {
    for (const [value, now] of read()) {
      const before = seen.get(value) ?? 0;
      if (now > before) counter.inc({ [label]: value }, now - before);
      seen.set(value, now);
    }
  };
  return endingWith(take, addFeed(counter, take));
}

function endingWith(take: () => void, end: () => void): () => void {
  return () => {
    take();
    end();
  };
}
