import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/internal';
import { RpcError } from 'nestjs-realtime-protocol';
import { AuthenticatedGuard } from './authenticated.guard.js';
import { Public } from './public.decorator.js';

class Gateway {
  closed(): void {}

  @Public()
  open(): void {}
}

@Public()
class OpenGateway {
  any(): void {}
}

const guard = new AuthenticatedGuard(new Reflector());

function context(type: string, owner: new () => object, method: string, principal: object | null): ExecutionContextHost {
  const handler = (owner.prototype as Record<string, () => void>)[method] as () => void;
  const host = new ExecutionContextHost([{ principal }], owner, handler);
  host.setType(type);
  return host;
}

describe('AuthenticatedGuard', () => {
  it('lets a session pass that has signed in', () => {
    expect(guard.canActivate(context('ws', Gateway, 'closed', { userId: 'u' }))).toBe(true);
  });

  it('refuses an anonymous session with Unauthorized', () => {
    const refused = (): boolean => guard.canActivate(context('ws', Gateway, 'closed', null));
    expect(refused).toThrow(RpcError);
    expect(refused).toThrow(expect.objectContaining({ code: -32001, reason: 'Unauthorized' }));
  });

  it('lets everybody call what is public, by method or by class', () => {
    expect(guard.canActivate(context('ws', Gateway, 'open', null))).toBe(true);
    expect(guard.canActivate(context('ws', OpenGateway, 'any', null))).toBe(true);
  });

  it.each(['http', 'rpc', 'graphql'])('is not asked about %s', (type) => {
    expect(guard.canActivate(context(type, Gateway, 'closed', null))).toBe(true);
  });
});
