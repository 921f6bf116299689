import { Logger, Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { DemoConfig } from '../config/demo-config.js';
import { UsersModule } from '../users/users.module.js';
import { AuthGateway } from './auth.gateway.js';
import { TokenService } from './token.service.js';

const ISSUER = 'nestjs-realtime-demo';

@Module({
  imports: [
    UsersModule,
    JwtModule.registerAsync({
      inject: [DemoConfig],
      useFactory: ({ jwtSecret, jwtSecretIsRandom }: DemoConfig) => {
        if (jwtSecretIsRandom) {
          new Logger('AuthModule').warn('JWT_SECRET is not set: tokens are signed with a random secret and end with this process');
        }
        return {
          secret: jwtSecret,
          signOptions: { algorithm: 'HS256', issuer: ISSUER },
          verifyOptions: { algorithms: ['HS256'], issuer: ISSUER },
        };
      },
    }),
  ],
  providers: [AuthGateway, TokenService],
})
export class AuthModule {}
