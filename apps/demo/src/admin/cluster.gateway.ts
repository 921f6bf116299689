import { UseGuards } from '@nestjs/common';
import type { ClusterStats } from 'nestjs-realtime';
import { HubService, RpcGateway, RpcMethod } from 'nestjs-realtime';
import { AdminGuard } from './admin.guard.js';

/** What administrators may see of all nodes. */
@UseGuards(AdminGuard)
@RpcGateway('cluster')
export class ClusterGateway {
  constructor(private readonly hub: HubService) {}

  @RpcMethod()
  stats(): Promise<ClusterStats> {
    return this.hub.clusterStats();
  }
}
