import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { HubService, Public, RpcGateway, RpcMethod, Session } from 'nestjs-realtime';
import type { Announcement, BroadcastResult, ReplyResult, WhoAmI } from '../demo-api.js';
import { signedIn } from '../auth/signed-in.js';
import { TextDto } from './text.dto.js';

/** The methods that any realtime server is tried with first. */
@RpcGateway()
export class BasicsGateway {
  constructor(private readonly hub: HubService) {}

  @Public()
  @RpcMethod()
  echo(@MessageBody() params: unknown): unknown {
    return params;
  }

  @RpcMethod()
  whoami(@ConnectedSocket() session: Session): WhoAmI {
    const { userId, roles = [], platform } = signedIn(session);
    return { userId, roles, ...(platform === undefined ? {} : { platform }) };
  }

  @RpcMethod('self.reply')
  reply(@MessageBody() { text }: TextDto): ReplyResult {
    return { echo: text, text_length: Buffer.byteLength(text) };
  }

  /** To everybody who is connected, the sender included. */
  @RpcMethod()
  async broadcast(@MessageBody() { text }: TextDto, @ConnectedSocket() session: Session): Promise<BroadcastResult> {
    const announcement: Announcement = { from: signedIn(session).userId, text, at: Date.now() };
    await this.hub.broadcast('broadcast', announcement);
    return { status: 'broadcasted', text_length: Buffer.byteLength(text) };
  }
}
