import { join } from 'node:path';
import { homedir } from 'node:os';
import type { Kube } from '../../src/drivers/kubernetes/kube.js';

/** An administrator's kubeconfig for tests against a real API server: `CHANGEOVER_TEST_KUBECONFIG`, else the lab's first site. */
export function adminKubeconfig(): string {
  const lab = process.env['CHANGEOVER_LAB_HOME'] ?? join(homedir(), '.local/state/changeover-lab');
  return process.env['CHANGEOVER_TEST_KUBECONFIG'] ?? join(lab, 'east', 'kubeconfig', 'admin.kubeconfig');
}

/** A namespace of its own for one test file; deleting one takes seconds, so nobody waits for it. */
export async function freshNamespace(kube: Kube, purpose: string): Promise<string> {
  const made = await kube.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { generateName: `test-${purpose}-` } });
  return made.metadata.name;
}

/** The kubeconfig of the product's own account: `CHANGEOVER_TEST_PRODUCT_KUBECONFIG`, else the lab's first site without its link. */
export function productKubeconfig(): string {
  const lab = process.env['CHANGEOVER_LAB_HOME'] ?? join(homedir(), '.local/state/changeover-lab');
  return process.env['CHANGEOVER_TEST_PRODUCT_KUBECONFIG'] ?? join(lab, 'east', 'kubeconfig', 'changeover-direct.kubeconfig');
}
