import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { HubService } from 'nestjs-realtime';
import type { RealtimeObserver, TopicFacts } from 'nestjs-realtime';
import type { RoomInfo } from '../demo-api.js';
import { roomOf, topicOf } from './room-name.js';

/** Rooms that are always offered. */
const STANDING_ROOMS = ['lobby', 'help', 'random'];

/** Most rooms that there may be at once. */
const MAX_ROOMS = 1_000;

/** Which rooms there are: the standing ones, and those that somebody is in. */
@Injectable()
export class RoomsService implements RealtimeObserver, OnModuleInit, OnApplicationShutdown {
  /** How many sessions are in each room; in the order in which the rooms came to life. */
  private readonly sessions = new Map<string, number>(STANDING_ROOMS.map((name) => [name, 0]));
  private stopObserving: (() => void) | undefined;

  constructor(private readonly hub: HubService) {}

  onModuleInit(): void {
    this.stopObserving = this.hub.observe(this);
  }

  onApplicationShutdown(): void {
    this.stopObserving?.();
  }

  topicJoined({ topic }: TopicFacts): void {
    const room = roomOf(topic);
    if (room !== undefined) this.sessions.set(room, (this.sessions.get(room) ?? 0) + 1);
  }

  topicLeft({ topic }: TopicFacts): void {
    const room = roomOf(topic);
    if (room === undefined) return;
    const left = (this.sessions.get(room) ?? 1) - 1;
    if (left > 0 || STANDING_ROOMS.includes(room)) this.sessions.set(room, left);
    else this.sessions.delete(room);
  }

  /** False if the rooms of these names that are not there yet would be too many. */
  hasPlaceFor(names: Iterable<string>): boolean {
    const made = [...names].filter((name) => !this.sessions.has(name)).length;
    return made === 0 || this.sessions.size + made <= MAX_ROOMS;
  }

  /** The standing rooms first. */
  list(): RoomInfo[] {
    return [...this.sessions.keys()].map((name) => ({ name, members: this.members(name) }));
  }

  /** Users in a room over all nodes. */
  async allMembers(name: string): Promise<number> {
    const { sessions } = await this.hub.sessions({ kind: 'topic', topic: topicOf(name) });
    return new Set(sessions.map(({ userId }) => userId)).size;
  }

  /** Users of this node in a room, not sessions. */
  members(name: string): number {
    return new Set(this.hub.sessionsOfTopic(topicOf(name)).map(({ principal }) => principal?.userId)).size;
  }
}
