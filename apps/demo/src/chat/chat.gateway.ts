import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { ClusterBusError, HubService, RpcError, RpcGateway, RpcMethod, Session } from 'nestjs-realtime';
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
    await this.tellEveryNode(topic, message);
    return { at: message.at };
  }

  /** @throws {RpcError} ServiceUnavailable if only the sessions of this node have it */
  private async tellEveryNode(topic: string, message: ChatMessage): Promise<void> {
    try {
      await this.hub.pushToTopic(topic, 'chat.message', message);
    } catch (fault) {
      if (!(fault instanceof ClusterBusError)) throw fault;
      // Translated: the module has logged that the broker is away.
      throw RpcError.of('ServiceUnavailable', 'The message may not have reached everybody');
    }
  }
}
