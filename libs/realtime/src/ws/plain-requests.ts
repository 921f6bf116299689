/** What the path of an endpoint answers to requests that ask for no upgrade, as a probe or a proxy that has lost the header sends them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type { Entrance } from '../admission/entrance.js';
import type { Refusal } from '../admission/refusal.js';
import { Refusals, refusalBody } from '../admission/refusal.js';
import type { EndpointDirectory } from '../endpoints/endpoint-directory.js';
import { originForm } from '../endpoints/origin-form.js';
import { connectionOptions } from './http-refusal.js';

/** What Fastify hands to a hook; its types are no dependency of this package. */
interface FastifyLike {
  addHook(event: 'onRequest', hook: (request: { readonly is404: boolean }, reply: object, done: () => void) => void): void;
}

export class PlainRequests {
  constructor(
    private readonly endpoints: EndpointDirectory,
    private readonly entrance: Entrance,
  ) {}

  /** @param target as in the request line @returns undefined if no endpoint of the port has the path */
  refusalAt(target: string, port: number): Refusal | undefined {
    try {
      if (!this.endpoints.find(originForm(target).split('?', 1)[0] as string, port)) return undefined;
    } catch {
      // Translated: a path that cannot be decoded is no endpoint.
      return undefined;
    }
    // Node takes an upgrade for a plain request once nobody listens for upgrades any more: that peer is to come back.
    return this.entrance.isOpen ? Refusals.upgradeRequired : Refusals.draining;
  }

  /**
   * Answers in the place of the app's 404, so whatever the app serves itself goes before, and costs nothing. To be called when the routes are
   * there and what answers 404 is not: in `onModuleInit`. Adapters other than Nest's two are left alone.
   */
  mount(adapter: AbstractHttpAdapter): void {
    if (adapter.getType() === 'express') {
      adapter.use((request: object, response: object, next: () => void) => this.answer(adapter, request, response) || next());
    } else if (adapter.getType() === 'fastify') {
      // Nest's `use` would ask before each route of the app; a hook is told which requests have none.
      adapter.getInstance<FastifyLike>().addHook('onRequest', (request, reply, done) => {
        if (!request.is404 || !this.answer(adapter, request, reply)) done();
      });
    }
  }

  /** Through the adapter, so that what the app puts on every answer, as CORS does, is on this one. @returns false if it is not ours */
  private answer(adapter: AbstractHttpAdapter, request: object, response: object): boolean {
    // There is no Upgrade in HTTP/2. @see RFC 9113 §8.6
    if (rawOf<IncomingMessage>(request).httpVersionMajor > 1) return false;
    const refusal = this.refusalAt(adapter.getRequestUrl(request) as string, 0);
    if (!refusal) return false;
    const headers = plainHeaders(refusal, rawOf<ServerResponse>(response));
    for (const [name, value] of Object.entries(headers)) adapter.setHeader(response, name, value);
    adapter.reply(response, refusalBody(refusal), refusal.status);
    return true;
  }
}

/** Of a response that says by itself how long it is. */
export function plainHeaders(refusal: Refusal, response: ServerResponse): Record<string, string> {
  return {
    ...refusal.headers,
    // Named only where there is more to say than Node says by itself.
    ...(refusal.headers && 'Upgrade' in refusal.headers ? { Connection: connectionOptions(refusal, !response.shouldKeepAlive) } : {}),
    'Content-Type': 'application/json; charset=utf-8',
  };
}

/** Node's own object, which Fastify wraps. */
function rawOf<T extends object>(wrapped: object): T {
  return (wrapped as { readonly raw?: T }).raw ?? (wrapped as T);
}
