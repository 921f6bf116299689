declare module 'passport-http-bearer' {
  import type { Strategy as PassportStrategy } from 'passport';

  export class Strategy implements PassportStrategy {
    constructor(verify: (token: string, done: (error: unknown, user?: unknown) => void) => void);
    name?: string;
    authenticate(): void;
  }
}
