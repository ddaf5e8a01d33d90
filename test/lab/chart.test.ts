import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { ensureTestPrograms } from '../../lab/components/ensure.js';
import { findOnPath } from '../../lab/components/find.js';
import { repositoryRoot } from '../../lab/paths.js';
import { silent } from '../../lab/progress.js';
import { productManifests } from '../../lab/product.js';
import { siteNames, sites } from '../../lab/settings.js';
import { kubeconfigPath } from '../../lab/site/kubeconfig.js';
import { loadConfig, noFiles } from '../../src/config.js';
import type { RawObject } from '../../src/ports/objects.js';

const chart = join(repositoryRoot(), 'charts', 'changeover');
const plain = join(repositoryRoot(), 'deploy', 'plain');
const config = {
  temporal: { address: 'temporal.example.test:7233' },
  sites: Object.fromEntries(siteNames.map((site) => [site, { kubeconfig: `keys/${site}.kubeconfig`, snapshots: { privateKey: `keys/${site}.key`, publicKey: `keys/${site}.pub` } }])),
};

/** Each part as docs/install.md places it. */
const placed: Readonly<Record<string, object>> = {
  'the site worker of east': { site: 'east', config, siteWorker: { enabled: true } },
  'the site worker of west': { site: 'west', config, siteWorker: { enabled: true } },
  'a control worker': { config, rights: { create: false }, controlWorker: { enabled: true } },
  'a controller': { config, rights: { create: false }, controller: { enabled: true } },
  'the API': { config: { ...config, api: { listen: '0.0.0.0:8480', behindProxy: true } }, rights: { create: false }, api: { enabled: true } },
  'rights alone': {},
  everything: { site: 'east', config, siteWorker: { enabled: true }, controlWorker: { enabled: true }, controller: { enabled: true }, api: { enabled: true }, crds: { install: true } },
};

interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: object;
  readonly containers: readonly { readonly args: readonly string[]; readonly securityContext: object; readonly readinessProbe?: object; readonly livenessProbe?: object }[];
}

describe('The Helm chart, by helm itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chart-'));
  let helm = '';
  beforeAll(async () => {
    ({ helm } = await ensureTestPrograms(silent));
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (verb: readonly string[], values: object, more: readonly string[] = []) => {
    const file = join(folder, 'values.yaml');
    writeFileSync(file, stringify(values));
    return spawnSync(helm, [...verb, chart, '--namespace', 'changeover-system', '--values', file, ...more], { encoding: 'utf8', env: { HOME: folder } });
  };
  const rendered = (values: object) => {
    const { status, stdout, stderr } = run(['template', 'changeover'], values);
    if (status !== 0) throw new Error(stderr);
    return { text: stdout, objects: parseAllDocuments(stdout).map((document) => document.toJS() as RawObject | null).filter((object) => object !== null) };
  };
  const podsOf = (objects: readonly RawObject[]) => objects.filter(({ kind }) => kind === 'Deployment').map((object) => ({ name: object.metadata.name, spec: (object['spec'] as { template: { spec: PodSpec } }).template.spec }));

  test.each(Object.entries(placed))('has nothing to complain of in %s', (_, values) => {
    const { status, stdout } = run(['lint', '--strict'], values);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('0 chart(s) failed') });
  });

  test.each(Object.entries(placed))('%s: both API servers take what it makes', (_, values) => {
    const { text } = rendered(values);
    for (const site of siteNames) expect(kubectl(site, text)).toMatch(/server dry run/);
  }, 60_000);

  test('both API servers take the plain manifests by kubectl alone', () => {
    for (const site of siteNames) {
      const said = execFileSync(kubectlProgram(), ['--kubeconfig', kubeconfigPath(sites[site], 'admin'), 'apply', '--server-side', '--force-conflicts', '--dry-run=server', '-f', join(repositoryRoot(), 'deploy')], { encoding: 'utf8' });
      expect(said.trim().split('\n').length).toBeGreaterThan(25);
    }
  }, 60_000);

  test.each(['east', 'west', 'outside'])('makes of its values what stands in deploy/plain for %s, and the product understands its configuration', (name) => {
    const values = parse(readFileSync(join(plain, `${name}.values.yaml`), 'utf8')) as { config: object };
    // To write it: helm template changeover charts/changeover -n changeover-system -f deploy/plain/NAME.values.yaml > deploy/plain/NAME.yaml
    expect(rendered(values).text).toBe(readFileSync(join(plain, `${name}.yaml`), 'utf8'));
    const file = join(folder, 'changeover.yaml');
    writeFileSync(file, stringify(values.config));
    expect(Object.keys(loadConfig(file, noFiles).sites)).toEqual(['east', 'west']);
  });

  test('both API servers take the plain parts by kubectl alone', () => {
    for (const site of siteNames) for (const name of ['east', 'west', 'outside']) expect(kubectl(site, readFileSync(join(plain, `${name}.yaml`), 'utf8'))).toMatch(/deployment\.apps\/changeover-\S+ created \(server dry run\)/);
  }, 60_000);

  test('gives exactly the rights that the plain manifests give', () => {
    const key = ({ kind, metadata }: RawObject) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
    const plain = new Map(productManifests().filter(({ kind }) => kind !== 'Namespace' && kind !== 'CustomResourceDefinition').map((object) => [key(object as RawObject), object]));
    const { objects } = rendered({});
    expect(objects.filter(({ kind }) => !['NetworkPolicy'].includes(kind)).map(key).toSorted()).toEqual([...plain.keys()].toSorted());
    for (const object of objects.filter(({ kind }) => kind !== 'NetworkPolicy')) expect(object).toEqual(plain.get(key(object)));
  });

  test('runs every part without rights on its node, with a token only where it talks to its cluster, and probes it', () => {
    const pods = podsOf(rendered(placed['everything'] ?? {}).objects);
    expect(pods.map(({ name }) => name).toSorted()).toEqual(['changeover-api', 'changeover-control-worker', 'changeover-controller', 'changeover-site-worker']);
    for (const { name, spec } of pods) {
      expect(spec).toMatchObject({ automountServiceAccountToken: name !== 'changeover-control-worker', securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: 'RuntimeDefault' } } });
      expect(spec.containers).toMatchObject([{ securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } }, readinessProbe: { httpGet: { path: '/readyz' } }, livenessProbe: { httpGet: { path: '/healthz' } } }]);
    }
  });

  test('marks what `changeover uninstall` may remove, and keeps the mark out of selectors', () => {
    const { objects } = rendered(placed['everything'] ?? {});
    const unmarked = objects.filter(({ kind, metadata }) => metadata.labels?.['changeover.io/installed'] !== 'true' && kind !== 'CustomResourceDefinition').map(({ kind }) => kind);
    expect(unmarked.toSorted()).toEqual(['ConfigMap', 'PersistentVolumeClaim']);
    expect(JSON.stringify(objects.map((object) => (object['spec'] as { selector?: object } | undefined)?.selector ?? null))).not.toContain('installed');
  });

  const refused: readonly (readonly [string, object, readonly string[], RegExp])[] = [
    ['another namespace', {}, ['--namespace', 'elsewhere'], /in the namespace changeover-system/],
    ['a site worker of no site', { config, siteWorker: { enabled: true } }, [], /siteWorker needs site/],
    ['a site that the configuration lacks', { site: 'north', config, siteWorker: { enabled: true } }, [], /config\.sites has no north/],
    ['a part without a configuration', { controller: { enabled: true } }, [], /config\.sites is needed/],
    ['two control workers on one folder', { config, controlWorker: { enabled: true, replicas: 2 } }, [], /Several control workers need one record/],
    ['a value that it does not know', { sitWorker: { enabled: true } }, [], /sitWorker/],
    ['a digest that is none', { image: { repository: 'x', digest: 'latest' } }, [], /digest/],
  ];
  test.each(refused)('refuses %s', (_, values, more, says) => {
    const { status, stderr } = run(['template', 'changeover'], values, more);
    expect({ refused: status !== 0, stderr }).toEqual({ refused: true, stderr: expect.stringMatching(says) });
  });

  test('its values are each explained where they stand', () => {
    const lines = readFileSync(join(chart, 'values.yaml'), 'utf8').split('\n');
    const top = lines.flatMap((line, index) => (/^[a-z]\w+:/.test(line) ? [{ line, before: lines[index - 1] ?? '' }] : []));
    expect(top.filter(({ line, before }) => !before.startsWith('#') && /: *$/.test(line) && !['image:', 'networkPolicy:', 'podDisruptionBudget:'].includes(line.trim())).map(({ line }) => line)).toEqual([]);
  });
});

function kubectlProgram(): string {
  return process.env['CHANGEOVER_KUBECTL'] ?? findOnPath('kubectl') ?? 'kubectl';
}

function kubectl(site: (typeof siteNames)[number], manifests: string): string {
  return execFileSync(kubectlProgram(), ['--kubeconfig', kubeconfigPath(sites[site], 'admin'), 'apply', '--dry-run=server', '-f', '-'], { input: manifests, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
}
