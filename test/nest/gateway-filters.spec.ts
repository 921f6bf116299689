/** Exception filters of gateways that a team has already. */
import { ArgumentsHost, Catch, UseFilters, UseGuards } from '@nestjs/common';
import type { ExceptionFilter } from '@nestjs/common';
import { BaseWsExceptionFilter, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import { startNode } from '../support/start-node.js';

describe('gateways that a team has already', () => {
  it('may use Nest’s own base filter without losing the answer or a line to the peer', async () => {
    @Catch()
    class TeamFilter extends BaseWsExceptionFilter {
      override catch(error: unknown, host: ArgumentsHost): void {
        super.catch(error, host);
      }
    }
    @WebSocketGateway()
    @UseFilters(new TeamFilter())
    class TeamGateway {
      @SubscribeMessage('fail')
      fail(): void {
        throw new WsException({ status: 401, message: 'who are you' });
      }
    }
    await using node = await startNode({ providers: [TeamGateway] });
    await using peer = await node.connect();
    expect((await peer.request('fail')).error).toMatchObject({ code: -32001, message: 'who are you' });
    expect(peer.frames).toHaveLength(1);
  });

  it('have filters for WsException that see a guard’s refusal, as in Nest', async () => {
    const seen: unknown[] = [];
    @Catch(WsException)
    class WsFilter implements ExceptionFilter {
      catch(error: WsException): void {
        seen.push(error.getError());
      }
    }
    @WebSocketGateway()
    @UseFilters(new WsFilter())
    class GuardedGateway {
      @SubscribeMessage('refused')
      @UseGuards({ canActivate: () => false })
      refused(): void {}
    }
    await using node = await startNode({ providers: [GuardedGateway] });
    await using peer = await node.connect();
    expect((await peer.request('refused')).error).toMatchObject({ code: -32003, reason: 'PermissionDenied' });
    expect(seen).toEqual(['Forbidden resource']);
  });
});
