import { Injectable } from '@nestjs/common';
import { RpcError, TopicPolicy } from 'nestjs-realtime';
import type { TopicRequest } from 'nestjs-realtime';
import { ROOM_NAME, ROOM_NAME_RULE } from './room-name.js';
import { RoomsService } from './rooms.service.js';

/** Who may join which room: everybody who is signed in, as long as the name can be one. */
@Injectable()
export class RoomPolicy {
  constructor(private readonly rooms: RoomsService) {}

  @TopicPolicy('room:*')
  mayJoin({ principal, wildcards: [room = ''] }: TopicRequest): boolean {
    if (!principal) throw RpcError.of('Unauthorized', 'Sign in first');
    if (!ROOM_NAME.test(room)) throw RpcError.of('InvalidParams', ROOM_NAME_RULE);
    if (!this.rooms.open(room)) throw RpcError.of('ServiceUnavailable', 'There are too many rooms at the moment');
    return true;
  }
}
