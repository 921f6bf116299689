import { Inject, Injectable, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { RpcContext, RpcError, TopicPolicy } from 'nestjs-realtime';
import type { TopicRequest } from 'nestjs-realtime';
import { ROOM_NAME, ROOM_NAME_RULE } from './room-name.js';
import { RoomsService } from './rooms.service.js';

/** Who may join which room: everybody who is signed in, as long as the name can be one. One object for each call, which may ask for many. */
@Injectable({ scope: Scope.REQUEST })
export class RoomPolicy {
  /** The rooms that this call was let into; it joins them all together, with its reply. */
  private readonly granted = new Set<string>();

  constructor(
    private readonly rooms: RoomsService,
    @Inject(REQUEST) private readonly call: RpcContext,
  ) {}

  @TopicPolicy('room:*')
  mayJoin({ principal, wildcards: [room = ''] }: TopicRequest): boolean {
    if (!principal) throw RpcError.of('Unauthorized', 'Sign in first');
    if (!ROOM_NAME.test(room)) throw RpcError.of('InvalidParams', ROOM_NAME_RULE);
    this.checkPlace([...this.granted, room]);
    // Looked at again right before the rooms are joined: calls that were let in at the same time share the places.
    if (this.granted.size === 0) this.call.beforeReply(() => this.checkPlace(this.granted));
    this.granted.add(room);
    return true;
  }

  /** `*` stands for at least one character: without this a room without a name would be a topic like any other. */
  @TopicPolicy('room:')
  refuseNameless(): never {
    throw RpcError.of('InvalidParams', ROOM_NAME_RULE);
  }

  private checkPlace(rooms: Iterable<string>): void {
    if (!this.rooms.hasPlaceFor(rooms)) throw RpcError.of('ServiceUnavailable', 'There are too many rooms at the moment');
  }
}
