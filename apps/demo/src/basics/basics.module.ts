import { Module } from '@nestjs/common';
import { BasicsGateway } from './basics.gateway.js';

@Module({ providers: [BasicsGateway] })
export class BasicsModule {}
