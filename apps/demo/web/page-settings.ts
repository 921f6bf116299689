/** What the server tells the page of its settings; it stands in the page. */
import type { PageSettings } from '../src/demo-api.js';

/** @throws {Error} if the page was not filled in */
export function readPageSettings(): PageSettings {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="demo-settings"]');
  const settings = JSON.parse(meta?.content ?? '{}') as Partial<PageSettings>;
  if (!settings.socket) throw new Error('The page has no settings');
  return settings as PageSettings;
}

/** Where sessions open, for a page from this place. */
export function socketUrl({ path, port }: PageSettings['socket'], from: Pick<Location, 'protocol' | 'host' | 'hostname'>): string {
  const scheme = from.protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${port === undefined ? from.host : `${from.hostname}:${port}`}${path}`;
}
