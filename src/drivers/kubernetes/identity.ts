import { ChangeoverError } from '../../domain/errors.js';
import type { SiteIdentity } from '../../domain/observation.js';
import type { Kube } from './kube.js';

/**
 * The cluster's identity, read now: the UID of `kube-system`, which nothing but a new cluster changes, and the server's version; and how
 * long it knows us.
 */
export async function readIdentity(kube: Kube): Promise<SiteIdentity> {
  const [clusterUid, kubernetesVersion, credentials] = await Promise.all([kube.clusterUid(), kube.serverVersion(), kube.credentialLives()]);
  return { clusterUid, kubernetesVersion, credentials };
}

/** Our own user name, as the API server sees it. */
export async function readUser(kube: Kube): Promise<string> {
  const review = await kube.create('/apis/authentication.k8s.io/v1/selfsubjectreviews', { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: {} });
  const status = review['status'] as { userInfo?: { username?: string } } | undefined;
  const name = status?.userInfo?.username;
  if (name === undefined) throw new ChangeoverError('Unreachable', `The API server of ${kube.site} does not say who we are.`);
  return name;
}
