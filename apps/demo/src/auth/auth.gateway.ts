import { ConnectedSocket, MessageBody } from '@nestjs/websockets';
import { Public, RpcError, RpcGateway, RpcMethod, Session } from 'nestjs-realtime';
import type { LoginResult, TokenLoginResult } from '../demo-api.js';
import type { User } from '../users/users.service.js';
import { UsersService } from '../users/users.service.js';
import { LoginDto, TokenDto } from './auth.dto.js';
import type { TokenSubject } from './token.service.js';
import { TokenService } from './token.service.js';

/** Signs sessions in, by password or by a token from an earlier sign-in. */
@Public()
@RpcGateway('auth')
export class AuthGateway {
  constructor(
    private readonly users: UsersService,
    private readonly tokens: TokenService,
  ) {}

  @RpcMethod()
  async login(@MessageBody() { username, password, platform }: LoginDto, @ConnectedSocket() session: Session): Promise<LoginResult> {
    const user = await this.users.authenticate(username, password);
    if (!user) throw RpcError.of('Unauthorized', 'Wrong user name or password');
    const { token, ...subject } = await this.tokens.issue(user.userId, platform);
    await this.signIn(session, user, subject);
    return { token, expiresAt: subject.expiresAtMs };
  }

  @RpcMethod()
  async token(@MessageBody() { token }: TokenDto, @ConnectedSocket() session: Session): Promise<TokenLoginResult> {
    const subject = await this.tokens.read(token);
    const user = subject && this.users.find(subject.userId);
    if (!user) throw RpcError.of('Unauthorized', 'The sign-in has run out');
    await this.signIn(session, user, subject);
    return { userId: user.userId, expiresAt: subject.expiresAtMs };
  }

  private signIn(session: Session, { userId, roles }: User, { platform, expiresAtMs }: TokenSubject): Promise<void> {
    return session.login({ userId, roles, expiresAtMs, ...(platform === undefined ? {} : { platform }) });
  }
}
