/** The manifests are what Kubernetes' own schemas say, and their times and names fit together. */
import { Ajv } from 'ajv';
import { DemoConfig } from '../../apps/demo/src/config/demo-config.js';
import { defaultSeconds, filesOf, readText, yamlDocuments } from './deploy-files.js';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
}

const FOLDER = 'deploy/kubernetes';
const KUSTOMIZATION = 'kustomization.yaml';
const { kinds, $defs } = JSON.parse(readText('test/deploy/kubernetes-schemas.json')) as { kinds: Record<string, string>; $defs: object };
const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });

const files = filesOf('kubernetes').filter((name) => name !== KUSTOMIZATION);
const manifests = files.flatMap((name) => yamlDocuments(`${FOLDER}/${name}`) as Manifest[]);

/** What is wrong with a manifest: unknown members too. */
function faultsOf(manifest: Manifest): unknown[] {
  const reference = kinds[`${manifest.apiVersion}/${manifest.kind}`];
  if (reference === undefined) return [`no schema of ${manifest.apiVersion}/${manifest.kind}`];
  const isValid = ajv.compile({ $ref: reference, $defs });
  return isValid(manifest) ? [] : (isValid.errors ?? []).map(({ instancePath, message }) => [instancePath, message]);
}

interface Container {
  readonly command: readonly string[];
  readonly image: string;
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly lifecycle: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
  readonly readinessProbe: { readonly httpGet: { readonly path: string; readonly port: string }; readonly periodSeconds: number };
  readonly livenessProbe: { readonly httpGet: { readonly path: string } };
}

interface Deployment extends Manifest {
  readonly spec: {
    readonly replicas?: number;
    readonly minReadySeconds: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: { readonly terminationGracePeriodSeconds: number; readonly containers: readonly [Container] };
    };
  };
}

function find<T extends Manifest>(kind: string, name = 'realtime'): T {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (!found) throw new Error(`There is no ${kind} ${name}`);
  return found as T;
}

const deployment = find<Deployment>('Deployment');
const settings = find<Manifest & { data: Record<string, string> }>('ConfigMap').data;
const [container] = deployment.spec.template.spec.containers;
const config = DemoConfig.fromEnv({ ...settings, JWT_SECRET: 'of the secret', NODE_ENV: 'production', WS_NODE_ID: 'realtime-1' });

describe('the manifests for Kubernetes', () => {
  it.each(manifests.map((manifest) => [manifest.kind, manifest.metadata.name, manifest] as const))(
    '%s %s is what its schema says',
    (_kind, _name, manifest) => {
      expect(faultsOf(manifest)).toEqual([]);
    },
  );

  it('would not pass with a slip of the pen', () => {
    const wrong = { ...deployment, spec: { ...deployment.spec, minReadySecond: 15, minReadySeconds: '15' } };
    expect(faultsOf(wrong)).toEqual([
      ['/spec', 'must NOT have additional properties'],
      ['/spec/minReadySeconds', 'must be integer,null'],
    ]);
    expect(faultsOf({ ...deployment, apiVersion: 'apps/v1beta1' })).toEqual(['no schema of apps/v1beta1/Deployment']);
  });

  it('are all in the kustomization, and no other', () => {
    const [{ resources = [], images = [] } = {}] = yamlDocuments(`${FOLDER}/${KUSTOMIZATION}`) as {
      resources?: string[];
      images?: { name: string }[];
    }[];
    expect([...resources].sort()).toEqual(files);
    expect(images.map(({ name }) => name)).toEqual([container.image]);
  });

  it('give the demo settings that it starts with', () => {
    expect(config.pubsub).toMatchObject({ adapter: 'redis', url: 'redis://redis:6379/0', nodeId: 'realtime-1' });
    const { spec } = find<Manifest & { spec: { ports: { port: number }[] } }>('Service', 'redis');
    expect(spec.ports[0]?.port).toBe(Number(new URL(config.pubsub?.url ?? '').port));
  });

  it('give a pod longer to end than preStop and drain take', () => {
    const { timeoutMs = Infinity, windowMs = Infinity, delayMs = 0 } = config.realtime.drain ?? {};
    const [command, seconds] = container.lifecycle.preStop.exec.command;
    expect(command).toBe('sleep');
    const { terminationGracePeriodSeconds: grace } = deployment.spec.template.spec;
    expect(grace).toBeGreaterThanOrEqual(Number(seconds) + (delayMs + timeoutMs) / 1_000 + 5);
    // Until preStop is over, every balancer has seen the probe fail or the endpoint go.
    expect(Number(seconds)).toBeGreaterThan(container.readinessProbe.periodSeconds);
    expect(deployment.spec.minReadySeconds).toBeGreaterThanOrEqual(windowMs / 1_000);
  });

  it('start Node itself, on the program of the image', () => {
    const { command } = container;
    expect([command[0], command.at(-1)]).toEqual(['node', 'dist/apps/demo/main.js']);
    expect(readText('deploy/Dockerfile')).toContain(`CMD ["node", "${command.at(-1)}"]`);
  });

  it('ask the probes where they are', () => {
    expect([container.readinessProbe.httpGet, container.livenessProbe.httpGet.path]).toEqual([
      { path: '/readyz', port: 'http' },
      '/healthz',
    ]);
    expect(container.ports).toEqual([{ name: 'http', containerPort: config.port }]);
  });

  it('select the pods of the deployment everywhere, and leave their number to the autoscaler', () => {
    const labels = deployment.spec.template.metadata.labels;
    const service = find<Manifest & { spec: { selector: object } }>('Service');
    const budget = find<Manifest & { spec: { selector: { matchLabels: object } } }>('PodDisruptionBudget');
    for (const selected of [deployment.spec.selector.matchLabels, service.spec.selector, budget.spec.selector.matchLabels])
      expect(selected).toEqual(labels);
    const scaler = find<Manifest & { spec: { scaleTargetRef: object } }>('HorizontalPodAutoscaler');
    expect(scaler.spec.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: deployment.metadata.name });
    expect(deployment.spec.replicas).toBeUndefined();
  });

  it('let the page and /ws in under their names, and nothing of the operators, and wait longer than a ping', () => {
    const ingress = find<Manifest & { spec: { rules: [{ http: { paths: { path: string; pathType: string; backend: unknown }[] } }] } }>(
      'Ingress',
    );
    const paths = ingress.spec.rules[0].http.paths;
    expect(paths.map(({ path, pathType }) => [path, pathType])).toEqual([
      [config.realtime.path ?? '/ws', 'Exact'],
      ['/assets', 'Prefix'],
      ['/', 'Exact'],
    ]);
    for (const { backend } of paths) expect(backend).toEqual({ service: { name: 'realtime', port: { name: 'http' } } });
    const { annotations = {} } = ingress.metadata;
    expect(Object.keys(annotations).filter((name) => /rewrite/.test(name))).toEqual([]);
    const pingSeconds = defaultSeconds('heartbeat.pingIntervalMs');
    for (const direction of ['read', 'send'])
      expect(Number(annotations[`nginx.ingress.kubernetes.io/proxy-${direction}-timeout`])).toBeGreaterThan(2 * pingSeconds);
  });
});
