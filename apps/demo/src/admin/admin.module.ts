import { Module } from '@nestjs/common';
import { AdminGateway } from './admin.gateway.js';
import { ClusterGateway } from './cluster.gateway.js';

@Module({ providers: [AdminGateway, ClusterGateway] })
export class AdminModule {}
