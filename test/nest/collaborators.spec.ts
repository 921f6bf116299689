/** What options name by a class or a function, and the shapes that the app may have it in. */
import type { CanActivate } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import type { AdmissionPolicy, Authenticator, AuthenticateFunction, Principal, RealtimeObserver } from 'nestjs-realtime';
import { RpcPeer } from '../support/rpc-peer.js';
import { startNode } from '../support/start-node.js';
import type { NodeParts } from '../support/start-node.js';
import { bootFaults } from './boot.js';
import { rawUpgrade } from './raw-http.js';

abstract class AuthPort implements Authenticator {
  abstract authenticate(token: string): Principal;
}

@Injectable()
class AuthAdapter extends AuthPort {
  authenticate(token: string): Principal {
    return { userId: token };
  }
}

class FieldAuthenticator implements Authenticator {
  authenticate = (token: string): Principal => ({ userId: token });
}

/** As compilers write classes for old engines. */
function OldAuthenticator(): void {}
OldAuthenticator.prototype.authenticate = (token: string): Principal => ({ userId: token });

// A function's prototype is one of a class for Nest, but not for TypeScript.
const oldAuthenticator = OldAuthenticator as unknown as new () => Authenticator;

async function plainFunction(token: string): Promise<Principal> {
  return Promise.resolve({ userId: token });
}

it.each<[string, NonNullable<NonNullable<NodeParts['options']>['auth']>['authenticator'], NodeParts['providers']]>([
  ['an abstract class that a provider stands for', AuthPort as never, [{ provide: AuthPort, useClass: AuthAdapter }]],
  ['an abstract class that a value stands for', AuthPort as never, [{ provide: AuthPort, useValue: new AuthAdapter() }]],
  ['a class whose method is a field', FieldAuthenticator, []],
  ['the same as a provider', FieldAuthenticator, [FieldAuthenticator]],
  ['a class as a function', oldAuthenticator, []],
  ['a function', plainFunction, []],
  [
    'a function with a prototype',
    function (token: string) {
      return { userId: token };
    },
    [],
  ],
])('an authenticator may be %s', async (_what, authenticator, providers = []) => {
  await using node = await startNode({ providers, options: { auth: { authenticator: authenticator as AuthenticateFunction } } });
  await using peer = await RpcPeer.connect(node.url(), { headers: { authorization: 'Bearer ada' } });
  await peer.settled();
  expect(node.hub.sessionsOfUser('ada')).toHaveLength(1);
});

it('admission and guards may be classes whose methods are fields', async () => {
  class Doors implements AdmissionPolicy {
    admit = (): boolean => true;
  }
  class Guard implements CanActivate {
    canActivate = (): boolean => false;
  }
  await using node = await startNode({ options: { admission: Doors, connectGuards: [Guard] } });
  expect((await rawUpgrade(node.port)).status).toBe(403);
});

it('classes that cannot be asked, or cannot be had, stop the boot together', async () => {
  abstract class AdmissionPort {}
  class Empty {}
  class Missing {}
  class Needy implements RealtimeObserver {
    constructor(readonly missing: Missing) {}

    fault(): void {}
  }
  Reflect.defineMetadata('design:paramtypes', [Missing], Needy);
  const options = { auth: { authenticator: AuthPort }, admission: AdmissionPort, connectGuards: [Empty], observers: [Needy] };
  const faults = await bootFaults({ providers: [Empty], options: options as unknown as NodeParts['options'] & object });
  expect(faults).toEqual([
    expect.stringMatching(/^observers: Needy cannot be had from the app: /),
    'auth.authenticator: AuthPort has no authenticate(), and no provider of the app stands for it',
    'admission: AdmissionPort has no admit(), and no provider of the app stands for it',
    'connectGuards: what the app provides as Empty has no canActivate()',
  ]);
});
