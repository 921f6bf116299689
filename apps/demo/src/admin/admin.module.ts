import { Module } from '@nestjs/common';
import { AdminGateway } from './admin.gateway.js';

@Module({ providers: [AdminGateway] })
export class AdminModule {}
