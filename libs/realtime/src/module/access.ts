/** The providers that decide who may come in, and as whom; and what the app gives them when it starts. */
import type { CanActivate, Provider } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { AdmissionPolicy } from '../admission/admission-policy.js';
import { Admission } from '../admission/admission.js';
import { TrustedProxies } from '../admission/client-address.js';
import { ConnectionLimiter } from '../admission/connection-limiter.js';
import { OriginPolicy } from '../admission/origin-policy.js';
import { Authentication } from '../auth/authentication.js';
import type { Authenticator } from '../auth/authenticator.js';
import { LoginService } from '../auth/login.service.js';
import { RolesGuard } from '../auth/roles.guard.js';
import { SignInWatch } from '../auth/sign-in-watch.js';
import { SessionRegistry } from '../hub/session-registry.js';
import { SessionSweep } from '../lifecycle/session-sweep.js';
import { RateLimiter } from '../limits/rate-limiter.js';
import { AuthMethods } from '../methods/auth.methods.js';
import { Observers } from '../observe/observers.js';
import type { ResolvedOptions } from '../options/realtime.options.js';
import { Collaborators } from './collaborators.js';
import type { Preparation } from './preparation.js';
import { RESOLVED_OPTIONS } from './realtime.module-definition.js';

/** Gets what the options name from the app, once, at boot. */
export const PREPARE_ACCESS = Symbol('nestjs-realtime:prepare-access');

export const ACCESS: Provider[] = [
  RolesGuard,
  { provide: Authentication, inject: [RESOLVED_OPTIONS], useFactory: ({ auth }: ResolvedOptions) => new Authentication(auth) },
  {
    provide: Admission,
    inject: [RESOLVED_OPTIONS, Authentication, SessionRegistry, Observers, RateLimiter],
    useFactory: (
      options: ResolvedOptions,
      authentication: Authentication,
      sessions: SessionRegistry,
      observers: Observers,
      charge: RateLimiter,
    ) => {
      const { connections } = options.limits;
      const proxies = new TrustedProxies(options.trustedProxies);
      const rules = {
        proxies,
        origins: new OriginPolicy(options.origins, proxies, (sentence) => new Logger('RealtimeModule').warn(sentence)),
        limiter: new ConnectionLimiter(connections),
        charge,
        authentication,
        anonymous: connections.anonymous,
        timeoutMs: options.admissionTimeoutMs,
      };
      return new Admission(rules, sessions, observers);
    },
  },
  {
    provide: LoginService,
    inject: [Authentication, RESOLVED_OPTIONS],
    useFactory: (authentication: Authentication, { admissionTimeoutMs }: ResolvedOptions) =>
      new LoginService(authentication, admissionTimeoutMs),
  },
  { provide: AuthMethods, inject: [LoginService], useFactory: (service: LoginService) => new AuthMethods(service) },
  {
    provide: PREPARE_ACCESS,
    inject: [RESOLVED_OPTIONS, ModuleRef, Authentication, Admission, SessionSweep],
    useFactory:
      (options: ResolvedOptions, nest: ModuleRef, authentication: Authentication, admission: Admission, sweep: SessionSweep): Preparation =>
      async () => {
        const { auth, anonymousTimeoutMs } = options;
        const collaborators = new Collaborators(nest);
        const authenticator = await collaborators.one<Authenticator>('auth.authenticator', auth.authenticator, 'authenticate');
        const policy = await collaborators.one<AdmissionPolicy>('admission', options.admission, 'admit');
        const guards: CanActivate[] = [];
        for (const guard of options.connectGuards) {
          const found = await collaborators.one<CanActivate>('connectGuards', guard, 'canActivate');
          if (found) guards.push(found);
        }
        if (authenticator) authentication.use(authenticator);
        admission.use(policy, guards);
        const watch = new SignInWatch({
          anonymousTimeoutMs: authenticator ? anonymousTimeoutMs : 0,
          refreshGraceMs: auth.refreshGraceMs,
        });
        sweep.add(watch.look, watch.everyMs);
        warnOfCookies(options);
        return collaborators.faults;
      },
  },
];

/** A browser sends cookies to whoever asks for a connection, so any page could act as its user. */
function warnOfCookies({ auth, origins }: ResolvedOptions): void {
  if (auth.cookie === undefined || origins !== '*') return;
  new Logger('RealtimeModule').warn("Tokens in cookies with origins '*' let any web page act as the user who looks at it");
}
