import { UseGuards } from '@nestjs/common';
import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { HubService, RpcError, RpcGateway, RpcMethod, Session } from 'nestjs-realtime';
import { signedIn } from '../auth/signed-in.js';
import { AdminGuard } from './admin.guard.js';
import { KickDto } from './kick.dto.js';

/** What administrators may do. */
@UseGuards(AdminGuard)
@RpcGateway('admin')
export class AdminGateway {
  constructor(private readonly hub: HubService) {}

  /** Ends every session of a user. */
  @RpcMethod()
  async kick(@MessageBody() { userId, reason }: KickDto, @ConnectedSocket() session: Session): Promise<{ kicked: number }> {
    // The answer would have nowhere to go.
    if (userId === signedIn(session).userId) throw RpcError.of('Conflict', 'You cannot kick yourself');
    const { count } = await this.hub.kick({ kind: 'user', userId }, reason);
    return { kicked: count };
  }
}
