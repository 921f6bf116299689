import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { HubService, RpcError, RpcGateway, RpcMethod, Session } from 'nestjs-realtime';
import { signedIn } from '../auth/signed-in.js';
import type { ChatMessage, RoomInfo } from '../demo-api.js';
import { topicOf } from './room-name.js';
import { RoomsService } from './rooms.service.js';
import { SendMessageDto } from './send-message.dto.js';

/** Rooms and what is said in them. To join a room is to subscribe to its topic, with the library's own method. */
@RpcGateway('chat')
export class ChatGateway {
  constructor(
    private readonly hub: HubService,
    private readonly roomList: RoomsService,
  ) {}

  @RpcMethod()
  rooms(): { rooms: RoomInfo[] } {
    return { rooms: this.roomList.list() };
  }

  @RpcMethod()
  async send(@MessageBody() { room, text }: SendMessageDto, @ConnectedSocket() session: Session): Promise<{ at: number }> {
    const topic = topicOf(room);
    if (!session.topics.has(topic)) throw RpcError.of('PermissionDenied', 'Join the room before you write in it');
    const message: ChatMessage = { room, from: signedIn(session).userId, text, at: Date.now() };
    await this.hub.pushToTopic(topic, 'chat.message', message);
    return { at: message.at };
  }
}
