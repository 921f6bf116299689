/** The compose files hold what the published schema asks for, and agree with what stands around them. */
import { Ajv } from 'ajv';
import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { DemoConfig } from '../../apps/demo/src/config/demo-config.js';
import { REPOSITORY, readPage } from '../docs/pages.js';
import { defaultSeconds, filesOf, readText, yamlDocuments } from './deploy-files.js';

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly networks?: readonly string[] | Readonly<Record<string, { readonly ipv4_address: string }>>;
  readonly ports?: readonly string[];
  readonly stop_grace_period?: string;
  readonly volumes?: readonly string[];
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks?: { readonly inside: { readonly ipam: { readonly config: readonly { subnet: string; ip_range: string }[] } } };
}

const FOLDER = 'deploy/compose';
// The schema of the Compose specification, as the package carries it. It names its dialect, draft 7, by another URL than the draft does.
const published = JSON.parse(readText('node_modules/dclint/schemas/compose.schema.json')) as object;
const schema = { ...published, $schema: 'http://json-schema.org/draft-07/schema#' };
const isCompose = new Ajv({ allErrors: true, strict: false, logger: false, validateFormats: false }).compile(schema);
const faultsOf = (file: unknown): unknown[] =>
  isCompose(file) ? [] : (isCompose.errors ?? []).map((fault) => [fault.instancePath, fault.message]);

const files = filesOf('compose').map((name) => [name, yamlDocuments(`${FOLDER}/${name}`)[0] as ComposeFile] as const);
const withNginx = files.filter(([, { services }]) => 'nginx' in services);

/** What compose makes of a value: what is not set in the environment has its default, or is made up here. */
const filledIn = (text: string): string =>
  text.replace(/\$\{(\w+):(-|\?)([^}]*)\}/g, (_all, name: string, kind) => (kind === '?' ? `a ${name}` : ''));

function nodesOf({ services }: ComposeFile): [string, Service][] {
  return Object.entries(services).filter(([name]) => name.startsWith('node'));
}

describe('the compose files', () => {
  const drainSeconds = defaultSeconds('drain.timeoutMs');

  it('are those of the page, whose commands name files that are there', () => {
    expect(files.map(([name]) => name)).toEqual(['one-node.yaml', 'scaled.yaml', 'three-nodes-nats.yaml', 'three-nodes-redis.yaml']);
    const page = readPage('docs/deployment.md');
    for (const [name] of files) expect(page).toContain(`(../${FOLDER}/${name})`);
    const paths = [...page.matchAll(/--(?:file|kustomize) (\S+)/g)].map(([, path = '']) => path);
    expect(paths.filter((path) => !existsSync(join(REPOSITORY, path)))).toEqual([]);
    expect(paths).toHaveLength(5);
  });

  it.each(files)('%s says how it is started', (name) => {
    expect(readText(`${FOLDER}/${name}`)).toContain(`docker compose --file ${FOLDER}/${name} up --build`);
  });

  it.each(files)('%s is what the schema of the Compose specification says', (_name, file) => {
    expect(faultsOf(file)).toEqual([]);
  });

  it('would not pass with a slip of the pen', () => {
    const [, good] = files[0] ?? [];
    const wrong = { ...good, services: { node: { ...good?.services.node, enviroment: {} } } };
    expect(faultsOf(wrong)).toEqual([['/services/node', 'must NOT have additional properties']]);
    expect(faultsOf({ services: { node: { image: 7 } } })).toEqual([['/services/node/image', 'must be string']]);
  });

  it.each(files)('%s names files that are there', (_name, { services }) => {
    const named = Object.values(services).flatMap(({ build, volumes = [] }) => [
      ...(build ? [join(build.context, build.dockerfile)] : []),
      ...volumes.map((volume) => volume.split(':')[0] ?? ''),
    ]);
    expect(named.filter((path) => !existsSync(join(REPOSITORY, normalize(join(FOLDER, path)))))).toEqual([]);
    expect(named.length).toBeGreaterThan(0);
  });

  it.each(files)('%s gives its nodes settings that the demo starts with', (_name, file) => {
    for (const [, { environment = {} }] of nodesOf(file)) {
      const env = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, filledIn(value)]));
      const { pubsub, realtime } = DemoConfig.fromEnv({ ...env, HOST: '0.0.0.0', NODE_ENV: 'production' });
      expect(pubsub?.adapter ?? 'local').toBe(env.WS_PUBSUB_ADAPTER ?? 'local');
      if (pubsub) expect(Object.keys(file.services)).toContain(new URL(pubsub.url).hostname);
      expect(realtime.trustedProxies ?? []).toEqual(pubsub ? [env.REALTIME_TRUSTED_PROXIES] : []);
    }
    expect(nodesOf(file).length).toBeGreaterThan(0);
  });

  it.each(files)('%s waits longer for its nodes than a drain takes', (_name, file) => {
    for (const [, { stop_grace_period: grace = '' }] of nodesOf(file)) {
      expect(grace).toMatch(/^\d+s$/);
      expect(parseInt(grace)).toBeGreaterThanOrEqual(drainSeconds + 5);
    }
  });

  it.each(files)('%s depends only on services that it has, and on healthy ones only if they have a check', (_name, { services }) => {
    for (const [name, { condition }] of Object.values(services).flatMap((service) => Object.entries(service.depends_on ?? {}))) {
      expect(Object.keys(services)).toContain(name);
      // That of the nodes is in their image.
      const hasCheck = services[name]?.healthcheck !== undefined || services[name]?.build !== undefined;
      expect([condition, hasCheck]).toEqual(['service_healthy', true]);
    }
  });

  it.each(files)('%s can be reached from this machine alone, and at the port that listens', (_name, { services }) => {
    const published = Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`));
    expect(published).toEqual(['nginx' in services ? 'nginx 127.0.0.1:8080:8080' : 'node 127.0.0.1:3000:3000']);
    expect(readText('deploy/nginx/nginx.conf')).toContain('listen 8080 ');
  });
});

describe('the compose files with nginx', () => {
  it.each(withNginx)('%s mounts a configuration whose nodes are its services', (_name, file) => {
    const volumes = file.services.nginx?.volumes ?? [];
    expect(volumes[0]).toBe('../nginx/nginx.conf:/etc/nginx/nginx.conf:ro');
    const [, upstream] = /^\.\.\/nginx\/([\w-]+\.conf):\/etc\/nginx\/upstream\.conf:ro$/.exec(volumes[1] ?? '') ?? [];
    const named = [...readText(`deploy/nginx/${upstream}`).matchAll(/server ([\w-]+):3000/g)].map(([, name]) => name);
    expect(named).toEqual(nodesOf(file).map(([name]) => name));
  });

  it.each(withNginx)('%s gives nginx the address that the nodes trust, where no other container gets one', (_name, file) => {
    const [{ subnet, ip_range: range } = { subnet: '', ip_range: '' }] = file.networks?.inside.ipam.config ?? [];
    const { networks = {} } = file.services.nginx ?? {};
    const address = Array.isArray(networks) ? '' : (Object.values(networks)[0] as { ipv4_address: string }).ipv4_address;
    for (const [, { environment }] of nodesOf(file)) expect(environment?.REALTIME_TRUSTED_PROXIES).toBe(address);
    const network = address.replace(/\d+$/, '');
    expect([subnet, range]).toEqual([`${network}0/24`, `${network}128/25`]);
    expect(Number(address.slice(network.length))).toBeLessThan(128);
  });
});
