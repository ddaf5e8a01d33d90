import { siteNames, sitePorts, sites, type SiteName } from '../settings.js';
import { kubeconfigPath, writeKubeconfig } from '../site/kubeconfig.js';
import { withApi } from './application.js';

export interface TokenWanted {
  readonly namespace: string;
  readonly account: string;
  /** Who the token is for; without, the API server itself. */
  readonly audiences?: readonly string[];
  /** How long it is accepted, at least 600; without, a day. */
  readonly seconds?: number;
}

const DAY_SECONDS = 24 * 3600;

/** A token of a ServiceAccount from the site's own API server (TokenRequest). */
export async function accountToken(site: SiteName, { namespace, account, audiences, seconds = DAY_SECONDS }: TokenWanted): Promise<string> {
  const value = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: seconds, ...(audiences === undefined ? {} : { audiences }) } };
  const answer = await withApi(site, async (api) => (await api.request('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`, { value })) as { status: { token: string } });
  return answer.status.token;
}

/** The configuration's sites, reached as an account of the product by the links that can be cut. Writes a kubeconfig for each. */
export async function sitesAs<T extends object>(account: string, configured: Readonly<Record<string, T>>): Promise<Record<string, T & { readonly kubeconfig: string }>> {
  const own: Record<string, T & { readonly kubeconfig: string }> = {};
  for (const name of siteNames) {
    const token = await accountToken(name, { namespace: 'changeover-system', account });
    writeKubeconfig({ site: sites[name], user: account, port: sitePorts(sites[name]).apiserverLink, credential: { token } });
    const given = configured[name];
    if (given === undefined) throw new Error(`the configuration has no site ${name}`);
    own[name] = { ...given, kubeconfig: kubeconfigPath(sites[name], account) };
  }
  return own;
}
