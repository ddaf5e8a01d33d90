import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { repositoryRoot } from './paths.js';
import { sitePorts, type SiteSettings } from './settings.js';
import { ApiClient, ApiError, type KubernetesObject } from './site/api-client.js';
import { writeKubeconfig } from './site/kubeconfig.js';
import { waitFor } from './process/wait.js';

const namespace = 'changeover-system';
const tokenSeconds = 24 * 3600;

/**
 * Installs the product at a site as its manifests say, then makes kubeconfigs for its ServiceAccounts: `changeover`, the site worker's,
 * by way of the link that can be cut, the same as `changeover-direct`, and `changeover-copies`, the other site's worker's. The product never gets more rights
 * than its manifests give. Tokens last 24 hours; each `lab up` makes new ones.
 * @returns false when the project has no manifests.
 */
export async function installProduct(site: SiteSettings): Promise<boolean> {
  const objects = productManifests();
  if (objects.length === 0) return false;
  const api = new ApiClient(site);
  try {
    await api.applyAll(objects);
    const [token, copies] = await Promise.all([requestToken(api, 'changeover'), requestToken(api, 'changeover-copies')]);
    const ports = sitePorts(site);
    writeKubeconfig({ site, user: 'changeover-copies', port: ports.apiserverLink, credential: { token: copies } });
    writeKubeconfig({ site, user: 'changeover', port: ports.apiserverLink, credential: { token } });
    writeKubeconfig({ site, user: 'changeover-direct', port: ports.apiserver, credential: { token } });
    return true;
  } finally {
    await api.close();
  }
}

/** All objects of deploy/crds/*.yaml, then of deploy/*.yaml, in the order of file names and documents. */
export function productManifests(folder: string = join(repositoryRoot(), 'deploy')): readonly KubernetesObject[] {
  return [join(folder, 'crds'), folder].flatMap((one) => (existsSync(one) ? readdirSync(one) : [])
    .filter((file) => /\.ya?ml$/.test(file))
    .sort()
    .flatMap((file) => readManifest(join(one, file))));
}

function readManifest(path: string): KubernetesObject[] {
  return parseAllDocuments(readFileSync(path, 'utf8')).flatMap((document) => {
    if (document.errors.length > 0) throw new Error(`${path}: ${document.errors.map((error) => error.message).join('; ')}`);
    const object = document.toJS() as KubernetesObject | null;
    return object === null ? [] : [object];
  });
}

async function requestToken(api: ApiClient, account: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
  const value = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: tokenSeconds } };
  return waitFor(async () => {
    try {
      const answer = (await api.request('POST', path, { value })) as { status?: { token?: string } };
      return answer.status?.token;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) throw new Error(`the manifests in deploy/ make no ServiceAccount ${namespace}/${account}`);
      throw error;
    }
  }, { what: 'a token for the product', deadlineMs: 10_000 });
}
