import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { connect } from '../client/connect.js';
import { userName, type Config } from '../config.js';
import { ChangeoverError } from '../domain/errors.js';
import { hostAndPort } from '../domain/host-port.js';
import { listPlans } from '../drivers/infoscale/list-plans.js';
import { createKubernetesAccess } from '../drivers/kubernetes/access.js';
import { createKube, type OwnedKube } from '../drivers/kubernetes/client.js';
import { openJournal } from '../drivers/journal/index.js';
import { createOidcAccess } from '../drivers/oidc/access.js';
import { createLog } from '../logging/log.js';
import type { ApiSettings } from '../settings/api.js';
import { createGate, openGate, type Gate } from './gate.js';
import { recordingRejections, recordVerbs } from './record-verbs.js';
import { remembered } from './remembered.js';
import { createServer } from './server.js';
import { temporalVerbs, type SiteWindow } from './temporal-verbs.js';

export interface Serving {
  /** Where it listens, as a URL. */
  readonly url: string;
  close(): Promise<void>;
}

/** Where everything of the API meets: configuration → Temporal, sites, authentication → server. Refuses to start where it would be open to others. */
export async function serve(config: Config, options: { readonly insecureLoopback: boolean; readonly print: (line: string) => void }): Promise<Serving> {
  const { api } = config;
  assertSafe(api, options.insecureLoopback, Object.keys(config.sites));
  const tls = api.tls === undefined ? undefined : { certificate: pem('certificate', api.tls.certificate), key: pem('key', api.tls.key) };
  const clusters = Object.entries(config.sites).map(([site, { kubeconfig }]) => clusterOf(site, kubeconfig));
  const kubes = clusters.flatMap((cluster) => ('kube' in cluster ? [cluster.kube] : []));
  const gate = gateOf(api, kubes);
  const client = await connect(config.temporal);
  const journal = openJournal(config.journal);
  const app = await createServer({
    verbs: { ...recordingRejections(temporalVerbs(client, clusters.map(windowOf), { planNamespace: config.planNamespace, limits: api.limits }), journal), ...recordVerbs(journal) },
    gate,
    installation: { sites: Object.keys(config.sites), planNamespace: config.planNamespace, defaults: config.defaults },
    limits: api.limits,
    behindProxy: api.behindProxy,
    log: createLog(config.log, options.print),
    ...(tls === undefined ? {} : { tls }),
  });
  const close = async (): Promise<void> => {
    await app.close();
    await Promise.all([client.connection.close(), journal.close(), ...kubes.map((kube) => kube.close())]);
  };
  try {
    return { url: await app.listen(hostAndPort(api.listen)), close };
  } catch (cause) {
    await close();
    throw new ChangeoverError('Invalid', `The API cannot listen on ${api.listen}: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  }
}

/** Every reason at once why it may not start like this. */
export function assertSafe(api: ApiSettings, insecureLoopback: boolean, sites: readonly string[]): void {
  const { authentication } = api;
  const loopback = isLoopback(hostAndPort(api.listen).host);
  const open = authentication.kind === 'none';
  const reasons = [
    ...(open && !insecureLoopback ? ['api.authentication is none: name kubernetes or oidc, or, on this machine only, start with --insecure-loopback.'] : []),
    ...(open && insecureLoopback && !loopback ? [`Without authentication the API listens on loopback only, not on ${api.listen}.`] : []),
    ...(!open && insecureLoopback ? [`--insecure-loopback and api.authentication ${authentication.kind} contradict each other: leave out one.`] : []),
    ...(!open && !loopback && api.tls === undefined && !api.behindProxy ? [`Tokens would cross the network in the clear: set api.tls, or api.behindProxy where something before ${api.listen} ends TLS.`] : []),
    ...(authentication.kind === 'kubernetes' && !sites.includes(authentication.site) ? [`api.authentication.site: there is no site ${authentication.site}. Sites are: ${sites.join(', ')}.`] : []),
  ];
  if (reasons.length > 0) throw new ChangeoverError('Invalid', 'The API does not start like this.', { reasons });
}

function gateOf({ authentication }: ApiSettings, kubes: readonly OwnedKube[]): Gate {
  switch (authentication.kind) {
    case 'none':
      return openGate(userName());
    case 'oidc':
      return createGate(remembered(createOidcAccess(authentication)));
    case 'kubernetes': {
      const kube = kubes.find(({ site }) => site === authentication.site);
      if (kube === undefined) throw new ChangeoverError('Invalid', `api.authentication.site: the kubeconfig of ${authentication.site} cannot be used, and its API server is to review tokens.`);
      return createGate(remembered(createKubernetesAccess(kube, authentication)));
    }
  }
}

type Cluster = { readonly site: string } & ({ readonly kube: OwnedKube } | { readonly why: string });

/** An API that stands far from a cluster need not be given a way to it: it then shows of that site what Temporal knows. */
function clusterOf(site: string, kubeconfig: string): Cluster {
  try {
    return { site, kube: createKube({ site, kubeconfig }) };
  } catch (error) {
    return { site, why: error instanceof ChangeoverError ? 'This API has no usable kubeconfig of the site.' : 'The kubeconfig of the site cannot be used.' };
  }
}

function windowOf(cluster: Cluster): SiteWindow {
  const { site } = cluster;
  if ('kube' in cluster) return { site, plans: (namespace) => listPlans(cluster.kube, namespace), kubernetesVersion: () => cluster.kube.serverVersion() };
  const blind = async (): Promise<never> => {
    throw new ChangeoverError('Forbidden', cluster.why);
  };
  return { site, plans: blind, kubernetesVersion: blind };
}

/** A name could mean any address by the time it is resolved; only `localhost` is taken for what it says. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function pem(what: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new ChangeoverError('Invalid', `api.tls.${what}: ${file} cannot be read.`);
  }
}
