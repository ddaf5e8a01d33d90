import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT, UnsecuredJWT } from 'jose';
import { accountToken } from '../../../lab/scenario/account-token.js';
import { withApi } from '../../../lab/scenario/application.js';
import { sitePorts, sites, type SiteName } from '../../../lab/settings.js';
import { pkiFolder } from '../../../lab/site/kubeconfig.js';

const namespace = 'people';

/** Who may do what: bound by deploy/api.yaml's roles. Nora exists and may do nothing. */
const roleOf = { vera: 'changeover-viewer', otto: 'changeover-operator', olga: 'changeover-operator', ada: 'changeover-approver', nora: null } as const;
export type Person = keyof typeof roleOf;
export const people = Object.keys(roleOf) as readonly Person[];

/** A person as the cluster names them. */
export function nameOf(person: Person): string {
  return `system:serviceaccount:${namespace}:${person}`;
}

/** Makes the accounts at a site, with their roles. */
export async function makePeople(site: SiteName): Promise<void> {
  await withApi(site, async (api) => {
    await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    for (const person of people) {
      await api.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: person, namespace } });
      const role = roleOf[person];
      if (role === null) continue;
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role };
      await api.apply({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: `${person}-${role}` }, roleRef, subjects: [{ kind: 'ServiceAccount', name: person, namespace }] });
    }
  });
}

/** A token from the API server itself (TokenRequest). */
export function tokenOf(person: Person, { site = 'east', audience = 'changeover' }: { readonly site?: SiteName; readonly audience?: string } = {}): Promise<string> {
  return accountToken(site, { namespace, account: person, audiences: [audience] });
}

/** A token with the claims of a real one and an expiry of its own, signed with the cluster's key, or by nobody. */
export async function madeToken(person: Person, { expiresInSeconds, signed }: { readonly expiresInSeconds: number; readonly signed: boolean }): Promise<string> {
  const account = await withApi('east', async (api) => (await api.request('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/${person}`)) as { metadata: { uid: string } });
  const claims = { 'kubernetes.io': { namespace, serviceaccount: { name: person, uid: account.metadata.uid } } };
  const now = Math.floor(Date.now() / 1000);
  const filled = <T extends SignJWT | UnsecuredJWT>(token: T): T => {
    token.setIssuer(`https://127.0.0.1:${sitePorts(sites.east).apiserver}`).setSubject(nameOf(person)).setAudience('changeover').setIssuedAt(now - 3600).setNotBefore(now - 3600).setExpirationTime(now + expiresInSeconds);
    return token;
  };
  if (!signed) return filled(new UnsecuredJWT(claims)).encode();
  return filled(new SignJWT(claims)).setProtectedHeader({ alg: 'RS256' }).sign(createPrivateKey(readFileSync(join(pkiFolder(sites.east), 'sa.key'))));
}
