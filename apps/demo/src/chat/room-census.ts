import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { HubService } from 'nestjs-realtime';
import type { RealtimeObserver, TopicFacts } from 'nestjs-realtime';
import { DemoConfig } from '../config/demo-config.js';
import type { RoomMembers } from '../demo-api.js';
import { roomOf, topicOf } from './room-name.js';
import { RoomsService } from './rooms.service.js';

/** Tells those in a room how many they are, when that changes. However many come and go in one turn of the event loop, it is one push. */
@Injectable()
export class RoomCensus implements RealtimeObserver, OnModuleInit, OnApplicationShutdown {
  /** What the rooms that somebody is in were told last. */
  private readonly told = new Map<string, number>();
  private readonly changed = new Set<string>();
  private stopObserving: (() => void) | undefined;

  constructor(
    private readonly hub: HubService,
    private readonly rooms: RoomsService,
    private readonly config: DemoConfig,
  ) {}

  onModuleInit(): void {
    this.stopObserving = this.hub.observe(this);
  }

  onApplicationShutdown(): void {
    this.stopObserving?.();
  }

  topicJoined({ topic }: TopicFacts): void {
    this.note(topic);
  }

  topicLeft({ topic }: TopicFacts): void {
    this.note(topic);
  }

  private note(topic: string): void {
    const room = roomOf(topic);
    if (room === undefined) return;
    if (this.changed.size === 0) setImmediate(() => this.tell());
    this.changed.add(room);
  }

  private tell(): void {
    const rooms = [...this.changed];
    this.changed.clear();
    for (const room of rooms) this.tellRoom(room).catch((error: unknown) => new Logger(RoomCensus.name).error(error));
  }

  private async tellRoom(room: string): Promise<void> {
    const members = this.config.pubsub ? await this.rooms.allMembers(room) : this.rooms.members(room);
    // The second browser of somebody who is there already changes nothing. What other nodes have told is not known here.
    if (!this.config.pubsub && members === (this.told.get(room) ?? 0)) return;
    if (members === 0) {
      this.told.delete(room);
      return;
    }
    this.told.set(room, members);
    const message: RoomMembers = { room, members };
    await this.hub.pushToTopic(topicOf(room), 'room.members', message);
  }
}
