/** The two ways on which handlers are called: the library's own, and that through Nest's context, which must be the same to see. */
import type { INestApplication } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import type { NodeParts, RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';

/** A list that Nest can work with and that is no array, as a later version of Nest may have it. */
class NoArray {
  readonly length: number;

  constructor(private readonly items: readonly unknown[]) {
    this.length = items.length;
  }

  [Symbol.iterator](): Iterator<unknown> {
    return this.items[Symbol.iterator]();
  }
}

interface Creator {
  create(...args: unknown[]): readonly unknown[];
}

/** Nest's creators of guards give something else than they used to give. */
export function moveNestsMembers(app: INestApplication): void {
  const creator = app.get(ExternalContextCreator)['guardsContextCreator'] as unknown as Creator;
  const create = creator.create.bind(creator);
  Object.assign(creator, { create: (...args: unknown[]) => new NoArray(create(...args)) });
}

type Start = (parts: NodeParts) => Promise<RunningNode>;

export const TWO_WAYS: [string, Start][] = [
  ['on the short way', startNode],
  ['through Nest’s own context', (parts) => startNode({ ...parts, configure: (app) => (parts.configure?.(app), moveNestsMembers(app)) })],
];
