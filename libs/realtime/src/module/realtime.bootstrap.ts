/** Brings the house to life when the app starts, and to an end when it stops. */
import type { Server } from 'node:http';
import type { BeforeApplicationShutdown, HttpServer, OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { Disconnect } from 'nestjs-realtime-protocol';
import type { Admission } from '../admission/admission.js';
import type { SessionAcceptor } from '../admission/session-acceptor.js';
import { pathPatternFault } from '../endpoints/path-pattern.js';
import { ClosingLimit } from '../lifecycle/closing-limit.js';
import type { DrainService } from '../lifecycle/drain.service.js';
import { onFurtherSignal } from '../lifecycle/further-signal.js';
import type { NodeState } from '../lifecycle/node-state.js';
import type { SessionSweep } from '../lifecycle/session-sweep.js';
import { faultText } from '../observe/fault-text.js';
import { promiseOf } from '../observe/promise-of.js';
import { RealtimeConfigError } from '../rules/option-rules.js';
import type { PlacedMethod } from '../endpoints/placed-methods.js';
import { addMethods } from '../endpoints/placed-methods.js';
import type { ResolvedOptions } from '../options/realtime.options.js';
import type { GatewayHook } from '../binding/gateway-hooks.js';
import type { Exploration } from '../binding/method-explorer.js';
import type { RegisteredMethod } from '../rpc/method-registry.js';
import type { Place } from '../binding/place.js';
import type { PendingWork } from '../session/pending-work.js';
import type { Session } from '../session/session.js';
import type { EndpointDirectory } from '../endpoints/endpoint-directory.js';
import { OwnPortServer } from '../ws/own-port-server.js';
import type { RpcEndpoint } from '../endpoints/rpc-endpoint.js';
import { mappedMethods, openPaths } from '../endpoints/served-paths.js';
import { UpgradeListener } from '../ws/upgrade-listener.js';

export class RealtimeBootstrap implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('RealtimeModule');
  private readonly ownServers: OwnPortServer[] = [];
  /** By port. */
  private readonly listeners = new Map<number, UpgradeListener>();
  private leaving: Promise<void> | undefined;

  constructor(
    private readonly options: ResolvedOptions,
    private readonly endpoints: EndpointDirectory,
    private readonly admission: Admission,
    private readonly acceptor: SessionAcceptor,
    private readonly state: NodeState,
    private readonly drains: DrainService,
    /** Keeps what connection hooks still do. */
    private readonly work: PendingWork,
    private readonly sweep: SessionSweep,
    private readonly http: HttpAdapterHost,
    /** Finds and binds what the app serves, and says what is wrong with it. */
    private readonly explore: () => Promise<Exploration>,
    /** Told of all methods that are served, each once for every path; says what is wrong with what is written about them. */
    private readonly inspect: (methods: readonly RegisteredMethod[]) => readonly string[],
  ) {}

  /** @throws {RealtimeConfigError} that names every method, policy and path which cannot be served */
  async onApplicationBootstrap(): Promise<void> {
    this.register(await this.explore());
    for (const port of this.endpoints.ports()) {
      if (port === 0) this.listenOnApp();
      else await this.listenOnOwn(port);
    }
    this.tellPaths();
    this.sweep.start();
    this.drainBeforeHooks();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.goAway();
    this.sweep.stop();
    for (const listener of this.listeners.values()) listener.detach();
    await Promise.all(this.ownServers.map((server) => server.close()));
  }

  /**
   * Providers of the app may end in their `onModuleDestroy`, which Nest runs in an order that is not ours to choose. Before all of
   * those it waits for the HTTP adapter: now calls can still finish, and connection hooks can still do what they have to.
   */
  private drainBeforeHooks(): void {
    const adapter = this.http.httpAdapter as HttpServer | undefined;
    if (!adapter) return;
    const before = adapter.beforeClose?.bind(adapter) as (() => unknown) | undefined;
    adapter.beforeClose = async () => {
      await before?.();
      await this.goAway();
    };
  }

  /** A second call waits for the first. */
  private goAway(): Promise<void> {
    return (this.leaving ??= this.drain());
  }

  private async drain(): Promise<void> {
    const server = (this.http.httpAdapter as HttpServer | undefined)?.getHttpServer() as Server | undefined;
    let limit: ClosingLimit | undefined;
    const stopListening = onFurtherSignal(() => {
      this.drains.hurry();
      limit?.cut();
    });
    if (server?.listening) limit = new ClosingLimit(server, this.options.drain.timeoutMs, stopListening);
    await this.drains.drain();
    // With a server, further signals count until it has ended.
    if (!limit) stopListening();
  }

  private register({ methods, builtins, hooks, faults }: Exploration): void {
    const all = [...faults];
    const endpointOf = ({ path, port }: Place, origin: string): RpcEndpoint | undefined => {
      const fault = path === undefined || path === '' ? undefined : pathPatternFault(path.startsWith('/') ? path : `/${path}`);
      if (fault !== undefined) all.push(`${origin}: the path ${JSON.stringify(path)} ${fault}`);
      return fault === undefined ? this.endpoints.at(path, port) : undefined;
    };
    // The module's own path is served also if no gateway is there: it has the library's methods.
    this.endpoints.at(undefined, 0);
    for (const hook of hooks) {
      const endpoint = endpointOf(hook.place, hook.origin);
      if (endpoint) this.follow(endpoint, hook);
    }
    const placed: PlacedMethod[] = methods.map(({ place, method, module }) => ({
      endpoint: endpointOf(place, method.origin),
      method,
      module,
    }));
    for (const endpoint of this.endpoints.all()) {
      for (const builtin of builtins) {
        const name = this.options.methods[builtin.which];
        if (name !== false) placed.unshift({ endpoint, method: { ...builtin.method, name }, builtin: builtin.which });
      }
    }
    all.push(...addMethods(placed), ...this.endpoints.faults, ...this.inspect(placed.map(({ method }) => method)));
    if (all.length > 0) throw new RealtimeConfigError([...new Set(all)]);
  }

  private follow(endpoint: RpcEndpoint, { event, run }: GatewayHook): void {
    endpoint.onConnect((session, request) => {
      if (event === 'handleConnection') this.survive(() => run(session, request), session);
      else session.onClose((end) => this.survive(() => run(session, end), session));
    });
  }

  /** A hook that throws is a fault of the app: it is logged, and a session that could not be set up does not stay. */
  private survive(hook: () => unknown, session: Session): void {
    const failed = (fault: unknown): void => {
      const { text, stack } = faultText(fault);
      this.logger.error(`A connection hook of a gateway failed for session ${session.id}: ${text}`, stack);
      session.close(Disconnect.InternalError);
    };
    try {
      const done = promiseOf(hook())?.catch(failed);
      if (done) this.work.add(done);
    } catch (fault) {
      failed(fault);
    }
  }

  private tellPaths(): void {
    const open = this.endpoints.all().filter(({ port }) => this.listeners.has(port));
    if (open.length === 0) return;
    for (const line of mappedMethods(open)) this.logger.debug(line);
    this.logger.log(openPaths(open));
  }

  private listenOnApp(): void {
    // An application context has no HTTP server; it can still push.
    const adapter = this.http.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
    if (!adapter) {
      this.logger.log('No HTTP server in this process: it takes no sessions');
      return;
    }
    this.attach(adapter.getHttpServer() as Server, 0);
  }

  private async listenOnOwn(port: number): Promise<void> {
    const own = new OwnPortServer(port, this.options.host, this.endpoints);
    this.attach(own.server, port);
    await own.listen();
    this.ownServers.push(own);
  }

  private attach(server: Server, port: number): void {
    const { limits, writeTimeoutMs, compression } = this.options;
    const wire = { frameBytes: limits.frameBytes, closeTimeoutMs: writeTimeoutMs, compression };
    const listener = new UpgradeListener(server, port, this.endpoints, this.acceptor, this.state, this.admission, wire);
    listener.attach();
    this.listeners.set(port, listener);
  }
}
