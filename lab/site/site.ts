import { copyFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Components } from '../components/ensure.js';
import type { LabSettings, SiteSettings } from '../settings.js';
import { sitePorts } from '../settings.js';
import type { Starter } from '../process/starter.js';
import { waitFor } from '../process/wait.js';
import { ApiClient, type KubernetesObject } from './api-client.js';
import { apiserverSpec, controllerManagerSpec, etcdSpec, schedulerSpec } from './control-plane.js';
import { pkiFolder, writeCertificateKubeconfigs } from './kubeconfig.js';
import { kubeletSpec, loadBalancerSpec, provisionerSpec, toolFolder, vvrdSpec } from './node-components.js';
import { infoscaleNamespace, siteObjects } from './objects.js';
import { ensurePki } from './pki.js';
import { askVvrd } from './vvrd-client.js';
import { writeVvrdConfig } from './vvrd-config.js';

/** What every part of a start needs. */
export interface LabContext {
  readonly starter: Starter;
  readonly components: Components;
  readonly settings: LabSettings;
}

/** Starts one site: control plane, VVR simulator, nodes, load balancer, provisioner, InfoScale pods. */
export async function siteUp(context: LabContext, site: SiteSettings): Promise<void> {
  const { starter, components } = context;
  writeVvrdConfig(site);
  await Promise.all([
    controlPlaneUp(context, site),
    starter.ensure(vvrdSpec(site, components), async () => (await askVvrd(site.name, { op: 'list' }, 1000))['ok'] !== false),
  ]);
  await nodesUp(context, site);
}

/** etcd, then the API server, then what talks to it. */
export async function controlPlaneUp(context: LabContext, site: SiteSettings): Promise<void> {
  const { starter, components } = context;
  const ports = sitePorts(site);
  await Promise.all([
    ensurePki(site, pkiFolder(site), components.openssl).then(() => writeCertificateKubeconfigs(site)),
    starter.ensure(etcdSpec(site, components), async () => (await fetch(`http://127.0.0.1:${ports.etcd}/health`, quickly())).ok),
  ]);
  const api = new ApiClient(site);
  try {
    await starter.ensure(apiserverSpec(site, components), () => api.isReady());
    await Promise.all([
      starter.ensure(controllerManagerSpec(site, components), () => defaultServiceAccountExists(api)),
      starter.ensure(schedulerSpec(site, components), () => accepts(ports.scheduler)),
      api.applyAll(siteObjects({ site, settings: context.settings, toolFolder: toolFolder() })),
    ]);
  } finally {
    await api.close();
  }
}

async function nodesUp(context: LabContext, site: SiteSettings): Promise<void> {
  const { starter, components } = context;
  const api = new ApiClient(site);
  const readyNode = (number: 1 | 2) => async (): Promise<boolean> => isReady(await api.read({ apiVersion: 'v1', kind: 'Node', metadata: { name: `${site.name}-${number}` } }));
  try {
    await Promise.all([
      starter.ensure(kubeletSpec(site, components, 1), readyNode(1)),
      starter.ensure(kubeletSpec(site, components, 2), readyNode(2)),
      starter.ensure(loadBalancerSpec(site, components), async () => true),
      starter.ensure(provisionerSpec(site, components), async () => true),
    ]);
    await waitFor(async () => {
      const set = await api.read({ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'infoscale-sds', namespace: infoscaleNamespace } });
      return (set?.['status'] as { numberReady?: number } | undefined)?.numberReady === 2;
    }, { what: `both InfoScale pods of ${site.name} to be ready`, deadlineMs: 60_000, signal: starter.signal });
  } finally {
    await api.close();
  }
}

/**
 * Puts `vradmin` where pods find it under its own name. A copy, since the pods see only this folder and
 * the program itself may be anywhere.
 */
export function installTools(components: Components): void {
  mkdirSync(toolFolder(), { recursive: true });
  const installed = join(toolFolder(), 'vradmin');
  const source = statSync(components.vradmin);
  const present = statSync(installed, { throwIfNoEntry: false });
  if (present?.size === source.size && present.mtimeMs >= source.mtimeMs) return;
  copyFileSync(components.vradmin, `${installed}.new`);
  renameSync(`${installed}.new`, installed);
}

function isReady(node: KubernetesObject | undefined): boolean {
  const status = node?.['status'] as { conditions?: { type: string; status: string }[] } | undefined;
  return status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
}

/** The controller manager works once it made the account that every pod needs. */
async function defaultServiceAccountExists(api: ApiClient): Promise<boolean> {
  return (await api.read({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'default' } })) !== undefined;
}

/** Does something accept connections on this port? */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

function quickly(): { signal: AbortSignal } {
  return { signal: AbortSignal.timeout(1000) };
}
