/** nginx takes its configurations, and their numbers fit the library's. `test/faults/nginx-and-drain.spec.ts` runs them. */
import { PROXY_START_MS, nginxFault } from '../proxies/proxy-process.js';
import { defaultSeconds, filesOf, readText } from './deploy-files.js';

const MAIN = 'nginx.conf';
const SHARINGS = ['address-hash', 'least-connections', 'round-robin', 'scaled'] as const;
const main = readText(`deploy/nginx/${MAIN}`);

const secondsOf = (directive: string): number => Number(new RegExp(`^\\s*${directive} (\\d+)s;$`, 'm').exec(main)?.[1]);

describe('the configuration of nginx', () => {
  it.each(SHARINGS)(
    'with %s is one that nginx takes, without a warning',
    (sharing) => expect(nginxFault(sharing)).toBeUndefined(),
    PROXY_START_MS,
  );

  it('has no other files', () => {
    expect(filesOf('nginx')).toEqual([...SHARINGS.map((sharing) => `${sharing}.conf`), MAIN].sort());
  });

  it('waits longer than two pings, in both directions', () => {
    const pingSeconds = defaultSeconds('heartbeat.pingIntervalMs');
    for (const directive of ['proxy_read_timeout', 'proxy_send_timeout']) expect(secondsOf(directive)).toBeGreaterThan(2 * pingSeconds);
  });

  it('has two descriptors for each connection that it may have to a client', () => {
    const numberOf = (directive: string): number => Number(new RegExp(`${directive} (\\d+);`).exec(main)?.[1]);
    expect(numberOf('worker_rlimit_nofile')).toBeGreaterThan(numberOf('worker_connections'));
  });

  it('sets every header that a node believes, so that none comes from a client', () => {
    const set = [...main.matchAll(/proxy_set_header ([\w-]+) (\S+);/g)].map(([, name, value]) => [name, value]);
    expect(Object.fromEntries(set)).toEqual({
      Upgrade: '$http_upgrade',
      Connection: '$connection_upgrade',
      Host: '$http_host',
      'X-Forwarded-For': '$remote_addr',
      'X-Forwarded-Proto': '$scheme',
      'X-Forwarded-Host': '$http_host',
    });
  });
});
