/** The states with which subscriptions begin, from the methods of an app that give them. */
import { RawJson, encodeResult } from 'nestjs-realtime-protocol';
import type { NestParts } from '../binding/nest-parts.js';
import type { ProviderMethod } from '../binding/provider-methods.js';
import { providerMethods } from '../binding/provider-methods.js';
import { promiseOf } from '../observe/promise-of.js';
import type { Session } from '../session/session.js';
import { TopicPattern } from './topic-pattern.js';
import { TopicPolicyError } from './topic-policy-error.js';
import type { TopicRequest } from './topic-policy.decorator.js';
import { TOPIC_SNAPSHOT_METADATA } from './topic-snapshot.decorator.js';

export interface TakenState {
  readonly value: unknown;
  readonly bytes: number;
}

interface Source {
  readonly pattern: TopicPattern;
  readonly origin: string;
  readonly take: (request: TopicRequest) => unknown;
}

export class TopicSnapshots {
  private sources: readonly Source[] = [];

  /** Finds the methods of an app; once, at boot. @returns what is wrong, one sentence for each fault */
  explore({ modules, scanner }: NestParts): string[] {
    const faults: string[] = [];
    const sources: Source[] = [];
    for (const found of providerMethods(modules, scanner)) {
      const pattern: unknown = Reflect.getMetadata(TOPIC_SNAPSHOT_METADATA, found.method);
      if (pattern === undefined) continue;
      const fault = faultOf(found, pattern);
      if (fault === undefined) sources.push(sourceOf(found, new TopicPattern(pattern as string)));
      else faults.push(`${found.origin}: ${fault}`);
    }
    this.sources = sources.sort((a, b) => literals(b) - literals(a));
    return faults;
  }

  /**
   * The state of a topic now, and how long it is as JSON; undefined if there is none.
   * @throws {TopicPolicyError} with whatever the method throws, or {TypeError} for what is there later or cannot be sent
   */
  take(session: Session, topic: string): TakenState | undefined {
    for (const { pattern, origin, take } of this.sources) {
      const wildcards = pattern.match(topic);
      if (!wildcards) continue;
      try {
        return sendable(take({ session, principal: session.principal, topic, wildcards }));
      } catch (thrown) {
        throw new TopicPolicyError(`${origin} (${pattern.text})`, thrown, 'snapshot');
      }
    }
    return undefined;
  }
}

function faultOf({ wrapper }: ProviderMethod, pattern: unknown): string | undefined {
  if (typeof pattern !== 'string' || pattern === '' || pattern.includes('**')) {
    return 'a topic pattern must be a string, not empty, and no two * may stand together';
  }
  return wrapper.isDependencyTreeStatic() && !wrapper.isTransient
    ? undefined
    : 'a snapshot is taken at once, from a provider of the default scope';
}

function sourceOf({ wrapper, method, origin }: ProviderMethod, pattern: TopicPattern): Source {
  return { pattern, origin, take: (request) => method.call(wrapper.instance, request as never) };
}

function literals({ pattern }: Source): number {
  return pattern.text.replaceAll('*', '').length;
}

function sendable(state: unknown): TakenState | undefined {
  const promise = promiseOf(state);
  if (promise) {
    // Heard by nobody: what matters is that there is one.
    promise.catch(() => undefined);
    throw new TypeError(
      'A snapshot must be there at once: a push between the question and a later answer would be lost. Keep the state in memory',
    );
  }
  const value: unknown = state instanceof RawJson ? JSON.parse(state.text) : state;
  // What cannot be written is the fault of this topic, and not of the whole answer.
  return value === undefined ? undefined : { value, bytes: Buffer.byteLength(encodeResult('0', value)) };
}
