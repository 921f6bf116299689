import { MessageBody } from '@nestjs/websockets';
import { Public, RateLimit, RpcContext, RpcError, RpcGateway, RpcMethod } from 'nestjs-realtime';
import type { LoginResult, TokenLoginResult } from '../demo-api.js';
import type { User } from '../users/users.service.js';
import { UsersService } from '../users/users.service.js';
import { LoginDto, TokenDto } from './auth.dto.js';
import { KnownPlatform } from './known-platform.js';
import type { TokenSubject } from './token.service.js';
import { TokenService } from './token.service.js';

/** Signs sessions in, by password or by a token from an earlier sign-in. Exclusive: the last sign-in that was sent is the one that counts. */
@Public()
@RpcGateway('auth')
export class AuthGateway {
  constructor(
    private readonly users: UsersService,
    private readonly tokens: TokenService,
    private readonly platforms: KnownPlatform,
  ) {}

  @RpcMethod('login', { exclusive: true })
  @RateLimit({ capacity: 5, refillPerSec: 0.2 })
  async login(@MessageBody() { username, password, platform }: LoginDto, @RpcContext() call: RpcContext): Promise<LoginResult> {
    // A hash is dear, and nobody waits for what it says.
    if (call.isNotification) throw RpcError.of('InvalidRequest', 'A sign-in must be a request');
    this.platforms.check(platform);
    const user = await this.users.authenticate(username, password, { address: call.handshake.address, signal: call.signal });
    if (!user) throw RpcError.of('Unauthorized', 'Wrong user name or password');
    const { token, ...subject } = await this.tokens.issue(user.userId, platform);
    await this.signIn(call, user, subject);
    return { token, expiresAt: subject.expiresAtMs };
  }

  @RpcMethod('token', { exclusive: true })
  async token(@MessageBody() { token }: TokenDto, @RpcContext() call: RpcContext): Promise<TokenLoginResult> {
    const subject = await this.tokens.read(token);
    const user = subject && this.users.find(subject.userId);
    if (!user || !this.platforms.has(subject.platform)) throw RpcError.of('Unauthorized', 'The sign-in has run out');
    await this.signIn(call, user, subject);
    return { userId: user.userId, expiresAt: subject.expiresAtMs };
  }

  private signIn({ session, signal }: RpcContext, { userId, roles }: User, { platform, expiresAtMs }: TokenSubject): Promise<void> {
    // Cancelled or timed out: the peer was told that it is not signed in.
    signal.throwIfAborted();
    return session.login({ userId, roles, expiresAtMs, ...(platform === undefined ? {} : { platform }) });
  }
}
