/** What the page has to know of the settings. It stands in the page itself, so that nothing is asked for before the socket opens. */
import type { RpcEndpoint } from 'nestjs-realtime';
import type { DemoConfig } from '../config/demo-config.js';
import { WELL_KNOWN_PASSWORD, isWellKnown } from '../config/demo-users.js';
import type { PageSettings } from '../demo-api.js';

const PLACEHOLDER = 'name="demo-settings" content="{}"';

/** @param endpoint where sessions open */
export function pageSettings({ realtime, users }: DemoConfig, endpoint: RpcEndpoint): PageSettings {
  const { platforms, methods = {} } = realtime;
  return {
    socket: { path: endpoint.pattern.text, ...(endpoint.port === 0 ? {} : { port: endpoint.port }) },
    ...(platforms.includes('web') ? { platform: 'web' } : {}),
    methods: Object.fromEntries(Object.entries(methods).flatMap(([which, name]) => (name === false ? [] : [[which, name]]))),
    wellKnown: { users: users.filter(isWellKnown).map(({ userId }) => userId), password: WELL_KNOWN_PASSWORD },
  };
}

/** @throws {Error} if the page has no place for them */
export function fillIn(settings: PageSettings, html: string): string {
  if (!html.includes(PLACEHOLDER)) throw new Error(`The page has no ${PLACEHOLDER}`);
  return html.replace(PLACEHOLDER, () => `name="demo-settings" content="${escapeAttribute(JSON.stringify(settings))}"`);
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
