import { Injectable } from '@nestjs/common';
import { HubService } from 'nestjs-realtime';
import type { RoomInfo } from '../demo-api.js';
import { topicOf } from './room-name.js';

/** Rooms that are always offered. */
const STANDING_ROOMS = ['lobby', 'help', 'random'];

/** Most rooms that are remembered at once. */
const MAX_ROOMS = 1_000;

/** Which rooms there are. A room comes to life when somebody joins it, and is forgotten some time after it was left. */
@Injectable()
export class RoomsService {
  private readonly names = new Set<string>(STANDING_ROOMS);

  constructor(private readonly hub: HubService) {}

  /** @returns false if there are too many rooms already */
  open(name: string): boolean {
    if (this.names.has(name)) return true;
    if (this.names.size >= MAX_ROOMS) this.forgetEmpty();
    if (this.names.size >= MAX_ROOMS) return false;
    this.names.add(name);
    return true;
  }

  /** The standing rooms first, then those that somebody is in. */
  list(): RoomInfo[] {
    const rooms = [...this.names].map((name) => ({ name, members: this.members(name) }));
    return rooms.filter(({ name, members }) => members > 0 || STANDING_ROOMS.includes(name));
  }

  /** Users in a room, not sessions. */
  members(name: string): number {
    return new Set(this.hub.sessionsOfTopic(topicOf(name)).map(({ principal }) => principal?.userId)).size;
  }

  private forgetEmpty(): void {
    for (const name of this.names) if (!STANDING_ROOMS.includes(name) && this.members(name) === 0) this.names.delete(name);
  }
}
