/** What the demo asks of the realtime module: what the environment says, and where that says nothing, what suits the demo. */
import { RealtimeConfigError, realtimeOptionsFromEnv } from 'nestjs-realtime';
import type { OriginCheck, RealtimeOptions } from 'nestjs-realtime';

/** Kinds of client that may sign in, unless REALTIME_PLATFORMS names others. */
const PLATFORMS = ['web', 'ios', 'android', 'h5', 'miniapp', 'desktop'];

export type DemoRealtimeOptions = RealtimeOptions & { readonly platforms: readonly string[] };

/** Where the page comes from. */
export interface PageServer {
  readonly port: string;
  readonly host: string;
  readonly hasTls: boolean;
}

export function demoRealtimeOptions(
  env: Readonly<Record<string, string | undefined>>,
  page: PageServer,
): { readonly options: DemoRealtimeOptions; readonly faults: readonly string[] } {
  try {
    // Which broker there is, is the demo's own to read: an engine is code.
    const options = realtimeOptionsFromEnv({ ...env, WS_PUBSUB_ADAPTER: 'local' });
    // A restart of the demo meets a handful of pages, which need not wait for each other.
    const drain = { windowMs: 2_000, timeoutMs: 5_000, ...options.drain };
    const ownPort = options.port === undefined ? {} : { host: page.host, origins: sameHostName };
    return { options: { platforms: PLATFORMS, ...ownPort, ...options, drain }, faults: ownPortFaults(options, page) };
  } catch (error) {
    if (!(error instanceof RealtimeConfigError)) throw error;
    // Translated: its faults are named together with those of the demo's own variables.
    return { options: { platforms: PLATFORMS }, faults: error.faults };
  }
}

function ownPortFaults({ port }: RealtimeOptions, page: PageServer): string[] {
  if (port === undefined) return [];
  const faults: string[] = [];
  if (String(port) === page.port) faults.push('REALTIME_PORT must be another port than PORT; without it sessions open at PORT');
  if (page.hasTls) faults.push('REALTIME_PORT cannot be used with WS_TLS_CERT: a port of its own has no TLS');
  return faults;
}

/** The page has another port, and so another origin, than the socket; its host is the same. */
const sameHostName: OriginCheck = (origin, { request }) => {
  const hostName = hostNameOf(origin);
  return hostName !== undefined && hostName === hostNameOf(`http://${request.headers.host ?? ''}`);
};

function hostNameOf(url: string): string | undefined {
  try {
    return new URL(url).hostname;
  } catch {
    // Translated: what is no URL has no host.
    return undefined;
  }
}
