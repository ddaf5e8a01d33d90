import { ordersManifests, type KubernetesObject } from '../lab/orders/manifests.js';
import { labProgram } from '../lab/paths.js';
import { withApi } from '../lab/scenario/application.js';
import type { SiteName } from '../lab/settings.js';

/**
 * The application's own manifests at the target with nothing running: what a person would apply by hand beforehand. The volumes are bound
 * already, since the manifests name their handles and claims.
 */
export async function stageBarely(site: SiteName): Promise<void> {
  const programs = { nodePath: process.execPath, serverPath: labProgram('orders', 'server.js'), reportPath: labProgram('orders', 'report.js') };
  await withApi(site, (api) => api.applyAll(ordersManifests(programs).map(stopped)));
}

function stopped(object: KubernetesObject): KubernetesObject {
  return object.kind === 'Deployment' ? { ...object, spec: { ...(object['spec'] as object), replicas: 0 } } : object;
}
