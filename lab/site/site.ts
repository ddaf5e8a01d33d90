import { copyFileSync, lstatSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Components } from '../components/ensure.js';
import { toolFolder } from '../paths.js';
import type { LabSettings, SiteSettings } from '../settings.js';
import { sitePorts } from '../settings.js';
import type { ComponentRecord } from '../process/component.js';
import type { Starter } from '../process/starter.js';
import { waitFor } from '../process/wait.js';
import { ApiClient } from './api-client.js';
import { auditFlags } from './audit.js';
import { apiserverSpec, controllerManagerSpec, etcdSpec, schedulerSpec } from './control-plane.js';
import { pkiFolder, writeCertificateKubeconfigs } from './kubeconfig.js';
import { kubeletSpec, loadBalancerSpec, provisionerSpec, vvrdSpec } from './node-components.js';
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
    await starter.ensure(apiserverSpec(site, components, context.settings.audit ? auditFlags(site) : []), () => api.isReady());
    await Promise.all([
      starter.ensure(controllerManagerSpec(site, components), () => defaultServiceAccountExists(api)),
      starter.ensure(schedulerSpec(site, components), () => accepts(ports.scheduler)),
      applySiteObjects(api, site, context.settings),
    ]);
  } finally {
    await api.close();
  }
}

async function applySiteObjects(api: ApiClient, site: SiteSettings, settings: LabSettings): Promise<void> {
  const objects = siteObjects({ site, settings, toolFolder: toolFolder() });
  for (const driver of objects.filter((one) => one.kind === 'CSIDriver')) {
    // attachRequired is immutable: a changed setting needs a new object.
    const present = (await api.read(driver))?.['spec'] as { attachRequired?: boolean } | undefined;
    if (present !== undefined && present.attachRequired !== settings.attachRequired) await api.request('DELETE', await api.pathOf(driver));
  }
  await api.applyAll(objects);
}

async function nodesUp(context: LabContext, site: SiteSettings): Promise<void> {
  const { starter, components } = context;
  const api = new ApiClient(site);
  const nodeUp = async (number: 1 | 2): Promise<ComponentRecord> => starter.ensure(kubeletSpec(site, components, number), async () => {
    const node = await api.read({ apiVersion: 'v1', kind: 'Node', metadata: { name: `${site.name}-${number}` } });
    return isReady(node) && await accepts(sitePorts(site).kubelet[number - 1] ?? 0);
  });
  try {
    const [first, second] = await Promise.all([
      nodeUp(1), nodeUp(2),
      starter.ensure(loadBalancerSpec(site, components), async () => true),
      starter.ensure(provisionerSpec(site, components), async () => true),
    ]);
    await waitFor(async () => {
      const pods = await infoscalePods(api);
      return [first, second].every((kubelet, index) => pods.some((pod) => pod.spec.nodeName === `${site.name}-${index + 1}` && isReady(pod) && runsSince(pod, kubelet.startedAt)));
    }, { what: `the InfoScale pods of ${site.name} to be ready`, deadlineMs: 60_000, signal: starter.signal });
  } finally {
    await api.close();
  }
}

/**
 * Puts `vradmin` where pods find it under its own name, and `vxprint`, which is the same program. A copy,
 * since the pods see only this folder and the program itself may be anywhere.
 */
export function installTools(components: Components): void {
  mkdirSync(toolFolder(), { recursive: true });
  const installed = join(toolFolder(), 'vradmin');
  const second = join(toolFolder(), 'vxprint');
  if (lstatSync(second, { throwIfNoEntry: false }) === undefined) symlinkSync('vradmin', second);
  copyFileSync(components.vradmin, `${installed}.new`);
  renameSync(`${installed}.new`, installed);
}

interface Pod {
  readonly spec: { readonly nodeName?: string };
  readonly status?: { readonly containerStatuses?: readonly { readonly state?: { readonly running?: { readonly startedAt?: string } } }[] };
}

async function infoscalePods(api: ApiClient): Promise<readonly Pod[]> {
  const list = await api.request('GET', `/api/v1/namespaces/${infoscaleNamespace}/pods?labelSelector=app.kubernetes.io%2Fname%3Dinfoscale-sds`);
  return (list as { items: Pod[] }).items;
}

function isReady(object: object | undefined): boolean {
  const status = (object as { status?: { conditions?: { type: string; status: string }[] } } | undefined)?.status;
  return status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
}

/** A status written before the node was last down still says Ready: only containers started since then count. */
function runsSince(pod: Pod, since: string): boolean {
  const wholeSecond = Math.floor(Date.parse(since) / 1000) * 1000; // Kubernetes' times carry no fractions
  return pod.status?.containerStatuses?.every((one) => Date.parse(one.state?.running?.startedAt ?? '') >= wholeSecond) ?? false;
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
