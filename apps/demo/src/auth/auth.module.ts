import { Logger, Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { DemoConfig } from '../config/demo-config.js';
import { UsersModule } from '../users/users.module.js';
import { AuthGateway } from './auth.gateway.js';
import { KnownPlatform } from './known-platform.js';
import { TokenService } from './token.service.js';

const ISSUER = 'nestjs-realtime-demo';

const SIGNED_WITH = {
  file: 'tokens are signed with the secret that development starts keep in dist/apps/demo.jwt-secret',
  start: 'tokens are signed with a random secret and end with this process',
};

@Module({
  imports: [
    UsersModule,
    JwtModule.registerAsync({
      inject: [DemoConfig],
      useFactory: ({ jwtSecret }: DemoConfig) => {
        if (jwtSecret.from !== 'environment') new Logger('AuthModule').warn(`JWT_SECRET is not set: ${SIGNED_WITH[jwtSecret.from]}`);
        return {
          secret: jwtSecret.text,
          signOptions: { algorithm: 'HS256', issuer: ISSUER },
          verifyOptions: { algorithms: ['HS256'], issuer: ISSUER },
        };
      },
    }),
  ],
  providers: [AuthGateway, KnownPlatform, TokenService],
})
export class AuthModule {}
