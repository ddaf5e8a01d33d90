import type { Kube } from './kube.js';

/** The cluster's identity, read now: the UID of `kube-system`, which nothing but a new cluster changes, and the server's version. */
export async function readIdentity(kube: Kube): Promise<{ clusterUid: string; kubernetesVersion: string }> {
  const [clusterUid, kubernetesVersion] = await Promise.all([kube.clusterUid(), kube.serverVersion()]);
  return { clusterUid, kubernetesVersion };
}
