import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { DemoConfig } from '../config/demo-config.js';
import type { Role } from '../config/demo-users.js';
import type { HashWish } from './hash-queue.js';
import { HashQueue } from './hash-queue.js';
import { PasswordHash } from './password-hash.js';

export interface User {
  readonly userId: string;
  readonly roles: readonly Role[];
}

/** Who may use the demo. */
@Injectable()
export class UsersService implements OnModuleInit {
  private readonly users = new Map<string, User & { readonly password: PasswordHash }>();
  private readonly hashing = new HashQueue();
  private nobody!: PasswordHash;

  constructor(private readonly config: DemoConfig) {}

  async onModuleInit(): Promise<void> {
    this.nobody = await PasswordHash.of(randomUUID());
    await Promise.all(
      this.config.users.map(async ({ userId, password, roles }) => {
        this.users.set(userId, { userId, roles, password: await PasswordHash.of(password) });
      }),
    );
  }

  find(userId: string): User | undefined {
    return this.users.get(userId);
  }

  /**
   * The user, if name and password are right. A name that does not exist takes as long as a password that is wrong.
   * @throws {RpcError} ServiceUnavailable if too many ask at once
   */
  async authenticate(userId: string, password: string, wish: HashWish): Promise<User | undefined> {
    const user = this.users.get(userId);
    const matches = await this.hashing.run(() => (user?.password ?? this.nobody).matches(password), wish);
    return matches ? user : undefined;
  }
}
