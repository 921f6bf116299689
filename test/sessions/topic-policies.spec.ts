import { ForbiddenException, Inject, Injectable, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { RpcError, TopicPolicy } from 'nestjs-realtime';
import type { RpcCall, TopicRequest } from 'nestjs-realtime';
import { Subject, of, throwError } from 'rxjs';
import type { Observable } from 'rxjs';
import { RpcPeer } from '../support/rpc-peer.js';
import type { RunningNode } from '../support/start-node.js';
import { startNode } from '../support/start-node.js';
import { PeopleGateway } from './people.gateway.js';

/** A service that a policy needs. */
class Members {
  isMember(userId: string | undefined, room: string | undefined): boolean {
    return userId === 'alice' && room === '42';
  }
}

@Injectable()
class RoomPolicy {
  constructor(private readonly members: Members) {}

  @TopicPolicy('room:*')
  async mayListen({ principal, topic, wildcards, session }: TopicRequest): Promise<boolean> {
    const consistent = topic === `room:${wildcards[0]}` && session.principal === principal;
    return Promise.resolve(consistent && this.members.isMember(principal?.userId, wildcards[0]));
  }
}

class ManyAnswers {
  @TopicPolicy('is:*')
  answer({ wildcards: [wanted] }: TopicRequest): unknown {
    const answers: Record<string, () => unknown> = {
      true: () => true,
      'promise of true': () => Promise.resolve(true),
      'observable of true': () => of(true),
      'observable that ends with true': () => of(false, true),
      'promise of an observable of true': () => Promise.resolve(of(true)),
      'observable of false': () => of(false),
      'observable that ends with false': () => of(true, false),
      'observable of nothing': () => of(),
      'observable that fails': () => throwError(() => new Error('secret detail')),
      one: () => 1,
      text: () => 'true',
      object: () => ({ allowed: true }),
      undefined: () => undefined,
      'own refusal': () => refuse(new RpcError(4711, 'Buy a ticket first', { reason: 'NoTicket', data: { shop: '/tickets' } })),
      'http refusal': () => refuse(new ForbiddenException('Members only')),
      'promise of a refusal': () => Promise.reject(RpcError.of('NotFound', 'No such room')),
      fault: () => refuse(new Error('secret detail')),
      'thrown text': () => refuse('secret detail'),
    };
    return answers[wanted ?? '']?.();
  }
}

function refuse(what: unknown): never {
  throw what;
}

/** Several patterns that meet. */
class ManyPatterns {
  asked: string[] = [];

  @TopicPolicy('meet:*')
  broad({ wildcards }: TopicRequest): boolean {
    this.asked.push('broad');
    return wildcards[0] !== 'nobody:ok';
  }

  @TopicPolicy('meet:*:ok')
  async narrow({ wildcards }: TopicRequest): Promise<boolean> {
    this.asked.push('narrow');
    return wildcards[0] !== 'not-narrow';
  }

  @TopicPolicy('*:ok')
  suffix(): Observable<boolean> {
    this.asked.push('suffix');
    return of(true);
  }

  @TopicPolicy('exact')
  exact({ wildcards }: TopicRequest): boolean {
    return wildcards.length === 0;
  }
}

/** Made for each call; Nest injects the call as REQUEST. */
@Injectable({ scope: Scope.REQUEST })
class PerCallPolicy {
  static made = 0;
  private asked = 0;

  constructor(@Inject(REQUEST) private readonly call: RpcCall) {
    PerCallPolicy.made++;
  }

  @TopicPolicy('mine:*')
  isMine({ wildcards, session }: TopicRequest): boolean {
    this.asked++;
    return (
      this.asked <= 2 && this.call.session === session && this.call.method === 'subscribe' && session.principal?.userId === wildcards[0]
    );
  }
}

const providers = [PeopleGateway, Members, RoomPolicy, ManyAnswers, ManyPatterns, PerCallPolicy];

async function signedIn(node: RunningNode, userId: string): Promise<RpcPeer> {
  const peer = await RpcPeer.connect(node.url());
  await peer.result('signIn', { userId });
  return peer;
}

const ask = async (peer: RpcPeer, ...topics: string[]) => peer.request('subscribe', { topics });

describe('a topic policy', () => {
  it('decides with what was injected into it', async () => {
    await using node = await startNode({ providers });
    await using alice = await signedIn(node, 'alice');
    await using bob = await signedIn(node, 'bob');
    expect((await ask(alice, 'room:42')).result).toEqual({ subscribed: ['room:42'] });
    expect((await ask(bob, 'room:42')).error).toMatchObject({ code: -32003, reason: 'PermissionDenied' });
    expect((await ask(alice, 'room:43')).error).toMatchObject({ code: -32003 });
    expect(await node.hub.pushToTopic('room:42', 'x')).toEqual({ reached: 1 });
  });

  it.each(['true', 'promise of true', 'observable of true', 'observable that ends with true', 'promise of an observable of true'])(
    'lets a session in by: %s',
    async (answer) => {
      await using node = await startNode({ providers });
      await using peer = await node.connect();
      expect((await ask(peer, `is:${answer}`)).result).toEqual({ subscribed: [`is:${answer}`] });
    },
  );

  it.each(['observable of false', 'observable that ends with false', 'observable of nothing', 'one', 'text', 'object', 'undefined', 'x'])(
    'keeps a session out by: %s',
    async (answer) => {
      await using node = await startNode({ providers });
      await using peer = await node.connect();
      expect((await ask(peer, `is:${answer}`)).error).toMatchObject({ code: -32003, reason: 'PermissionDenied' });
      expect(await peer.result('topics')).toEqual([]);
    },
  );

  it.each([
    ['own refusal', { code: 4711, reason: 'NoTicket', message: 'Buy a ticket first', data: { shop: '/tickets' } }],
    ['http refusal', { code: -32003, reason: 'PermissionDenied', message: 'Members only' }],
    ['promise of a refusal', { code: -32004, reason: 'NotFound', message: 'No such room' }],
  ])('refuses with its own words by: %s', async (answer, error) => {
    await using node = await startNode({ providers });
    await using peer = await node.connect();
    expect((await ask(peer, `is:${answer}`)).error).toMatchObject(error);
    const { code, reason, message } = error;
    expect(await peer.result('subscribe', { topics: [`is:${answer}`, 'is:true'] })).toEqual({
      subscribed: ['is:true'],
      rejected: [{ topic: `is:${answer}`, code, reason, message }],
    });
  });

  it.each(['fault', 'thrown text', 'observable that fails'])('that breaks keeps the session out and its secrets in: %s', async (answer) => {
    await using node = await startNode({ providers });
    await using peer = await node.connect();
    const { error } = await ask(peer, `is:${answer}`);
    expect(error).toMatchObject({ code: -32603, reason: 'InternalError', message: 'Internal server error' });
    expect(await peer.result('subscribe', { topics: ['is:true', `is:${answer}`] })).toMatchObject({ rejected: [{ code: -32603 }] });
    expect(peer.frames.join()).not.toContain('secret');
  });

  it('must agree with all others whose patterns match', async () => {
    await using node = await startNode({ providers });
    await using peer = await node.connect();
    const asked = (): string[] => node.app.get(ManyPatterns).asked.splice(0).sort();
    expect([(await ask(peer, 'meet:a:ok')).result, asked()]).toEqual([{ subscribed: ['meet:a:ok'] }, ['broad', 'narrow', 'suffix']]);
    expect((await ask(peer, 'meet:not-narrow:ok')).error?.reason).toBe('PermissionDenied');
    expect((await ask(peer, 'meet:nobody:ok')).error?.reason).toBe('PermissionDenied');
    asked();
    expect([(await ask(peer, 'meet:a')).result, asked()]).toEqual([{ subscribed: ['meet:a'] }, ['broad']]);
    expect((await ask(peer, 'exact')).result).toEqual({ subscribed: ['exact'] });
  });

  it('may be made for each call, and knows the call', async () => {
    await using node = await startNode({ providers });
    await using alice = await signedIn(node, 'alice');
    const before = PerCallPolicy.made;
    expect(await alice.result('subscribe', { topics: ['mine:alice', 'mine:bob'] })).toMatchObject({
      subscribed: ['mine:alice'],
      rejected: [{ topic: 'mine:bob', reason: 'PermissionDenied' }],
    });
    // One object for all topics of a call, another one for the next call.
    expect(PerCallPolicy.made - before).toBe(1);
    expect((await ask(alice, 'mine:alice')).result).toEqual({ subscribed: ['mine:alice'] });
    expect(PerCallPolicy.made - before).toBe(2);
  });

  it('is not asked where no pattern matches: the default decides', async () => {
    for (const [defaultTopicPolicy, anonymous, user] of [
      ['allow', undefined, undefined],
      ['authenticated', -32001, undefined],
      ['deny', -32003, -32003],
    ] as const) {
      await using node = await startNode({ providers, options: { defaultTopicPolicy } });
      await using guest = await node.connect();
      await using alice = await signedIn(node, 'alice');
      expect([(await ask(guest, 'other')).error?.code, (await ask(alice, 'other')).error?.code]).toEqual([anonymous, user]);
      // Where a policy speaks, the default does not.
      expect((await ask(guest, 'is:true')).result).toEqual({ subscribed: ['is:true'] });
    }
  });

  it('asks for a sign-in by default', async () => {
    await using node = await startNode({ providers });
    await using guest = await node.connect();
    expect((await ask(guest, 'other')).error).toMatchObject({ code: -32001, reason: 'Unauthorized' });
  });

  it('that never answers holds up nobody, and its session can go', async () => {
    const never = new Subject<boolean>();
    class Silent {
      @TopicPolicy('silent:*')
      ask(): Observable<boolean> {
        return never;
      }
    }
    await using node = await startNode({ providers: [PeopleGateway, Silent], options: { defaultTopicPolicy: 'allow' } });
    await using peer = await node.connect();
    peer.send({ jsonrpc: '2.0', id: 'stuck', method: 'subscribe', params: { topics: ['silent:1'] } });
    expect((await ask(peer, 'other')).result).toEqual({ subscribed: ['other'] });
    peer.notify('$/cancelRequest', { id: 'stuck' });
    expect((await peer.response('stuck')).error?.code).toBe(-32800);
    // Nobody waits for the decision any more, so nobody listens to it.
    expect(never.observed).toBe(false);
    never.next(true);
    never.complete();
    expect(await peer.result('topics')).toEqual(['other']);
  });
});
