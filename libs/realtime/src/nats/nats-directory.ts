/** The places of users in NATS: one message for each user, changed by whoever read the last one. */
import { createHash } from 'node:crypto';
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import { JetStreamApiError, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Place } from '../cluster/claim-rules.js';
import { decide, nodesOf } from '../cluster/claim-rules.js';
import type { ClaimVerdict, PlaceEntry, SessionClaim, SessionDirectory } from '../cluster/session-directory.js';
import { PLACES_LIFE_MS } from '../cluster/session-directory.js';
import type { NatsLeases } from './nats-leases.js';
import { WRONG_LAST_SEQUENCE, isMissing } from './nats-faults.js';
import { ensureStream } from './nats-streams.js';

const NO_MESSAGE = 10_037;
const TIMEOUT_MS = 2_000;
/** Of one user at once, on several nodes: beyond it somebody writes without end. */
const MAX_ATTEMPTS = 50;
/** A user who has no place is forgotten after so long. */
const EMPTY_LIFE_S = 2;

const TEXT = new TextDecoder();

/** The server ends the connection of whoever names a subject of more than 4,096 bytes. */
const MAX_TOKEN = 1_024;

interface Found {
  readonly places: readonly Place[];
  /** 0 if there is nothing. */
  readonly sequence: number;
}

const NOTHING: Found = Object.freeze({ places: Object.freeze([]), sequence: 0 });

export class NatsDirectory implements SessionDirectory {
  /** What is done for one user waits for what was asked before: those that lose the race to the server start over. */
  private readonly queues = new Map<string, Promise<unknown>>();

  private constructor(
    private readonly stream: JetStreamClient,
    private readonly manager: JetStreamManager,
    private readonly leases: NatsLeases,
    private readonly streamName: string,
    private readonly prefix: string,
    private readonly connection: NatsConnection,
  ) {}

  /** @param name of the stream; letters, digits, `-` and `_` @param prefix begins its subjects */
  static async open(connection: NatsConnection, leases: NatsLeases, name: string, prefix: string): Promise<NatsDirectory> {
    const directory = new NatsDirectory(jetstream(connection), await jetstreamManager(connection), leases, name, prefix, connection);
    await directory.makeStream();
    return directory;
  }

  claim(claim: SessionClaim): Promise<ClaimVerdict> {
    return this.inTurn(claim.userId, async (found) => {
      const { verdict, places } = decide(claim, await this.alive(found.places, claim.sender), Date.now() * 1_000);
      return { result: verdict, places: verdict.verdict === 'granted' ? places : undefined };
    });
  }

  release(userId: string, { token }: PlaceEntry): Promise<readonly string[]> {
    return this.inTurn(userId, async ({ places }) => {
      const left = places.filter((place) => place.token !== token);
      return { result: nodesOf(left), places: left.length < places.length ? left : undefined };
    });
  }

  private inTurn<T>(
    userId: string,
    change: (found: Found) => Promise<{ readonly result: T; readonly places: readonly Place[] | undefined }>,
  ): Promise<T> {
    const before = this.queues.get(userId);
    const done = before ? before.then(() => this.change(userId, change)) : this.change(userId, change);
    // Whoever waits is told of a fault; the next in the queue has a try of its own.
    const settled: Promise<void> = done
      .then(() => undefined)
      .catch(() => undefined)
      .then(() => {
        if (this.queues.get(userId) === settled) this.queues.delete(userId);
      });
    this.queues.set(userId, settled);
    return done;
  }

  private async change<T>(
    userId: string,
    change: (found: Found) => Promise<{ readonly result: T; readonly places: readonly Place[] | undefined }>,
  ): Promise<T> {
    const subject = this.prefix + tokenOf(userId);
    for (let attempt = 1; ; attempt++) {
      try {
        const found = await this.read(subject);
        const { result, places } = await change(found);
        if (places) await this.write(subject, places, found.sequence);
        return result;
      } catch (fault) {
        if (attempt === MAX_ATTEMPTS) throw fault;
        if (isMissing(fault) && attempt === 1) await this.makeStream();
        // Another node was faster. Also said now and then where none was: reading again decides.
        else if (!(fault instanceof JetStreamApiError && fault.code === WRONG_LAST_SEQUENCE)) throw fault;
      }
    }
  }

  private async read(subject: string): Promise<Found> {
    try {
      const message = await this.manager.streams.getMessage(this.streamName, { last_by_subj: subject });
      return message ? { places: JSON.parse(TEXT.decode(message.data)) as Place[], sequence: message.seq } : NOTHING;
    } catch (fault) {
      // Translated: the user has nothing.
      if (fault instanceof JetStreamApiError && fault.code === NO_MESSAGE) return NOTHING;
      throw fault;
    }
  }

  private async write(subject: string, places: readonly Place[], sequence: number): Promise<void> {
    await this.stream.publish(subject, JSON.stringify(places), {
      ttl: `${places.length > 0 ? PLACES_LIFE_MS / 1_000 : EMPTY_LIFE_S}s`,
      expect: { lastSubjectSequence: sequence },
      timeout: TIMEOUT_MS,
    });
  }

  /** Without those of nodes that are gone. */
  private async alive(places: readonly Place[], own: string): Promise<readonly Place[]> {
    const strangers = places.some(({ sender }) => sender !== own && !this.leases.knows(sender));
    // A node that is not in the last view may have come since.
    if (strangers) await this.leases.look();
    return places.filter(({ sender }) => sender === own || this.leases.knows(sender));
  }

  private makeStream(): Promise<void> {
    return ensureStream(this.connection, this.manager, {
      name: this.streamName,
      subjects: [`${this.prefix}*`],
      allow_direct: false,
      description: 'Sessions of users of nestjs-realtime',
    });
  }
}

/** One for each user, whatever is in the id. */
function tokenOf(userId: string): string {
  const token = Buffer.from(userId).toString('base64url');
  // No token of a short id has a `=`.
  return token.length <= MAX_TOKEN ? token : `${createHash('sha256').update(userId).digest('base64url')}=`;
}
