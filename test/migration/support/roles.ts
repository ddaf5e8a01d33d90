import { withApi } from '../../../lab/scenario/application.js';
import type { SiteName } from '../../../lab/settings.js';
import type { Role } from '../../../src/domain/roles.js';
import { setVvr } from './in-lab.js';

const bindings = '/apis/rbac.authorization.k8s.io/v1/namespaces/infoscale-vtas/rolebindings';
const name = 'changeover-storage-commands';

/** Makes a site's storage say this role, asking nobody; unreadable: the product may not run commands in its pods. */
export async function setRole(site: SiteName, role: Role): Promise<void> {
  await setStorageReadable(site, role !== 'unreadable');
  if (role !== 'unreadable') await setVvr(site, { forceRole: { rvg: 'orders_rvg', role } });
}

async function setStorageReadable(site: SiteName, readable: boolean): Promise<void> {
  await withApi(site, async (api) => {
    const { items } = (await api.request('GET', bindings)) as { items: { metadata: { name: string } }[] };
    const stands = items.some(({ metadata }) => metadata.name === name);
    if (readable === stands) return;
    if (!readable) return void (await api.request('DELETE', `${bindings}/${name}`));
    const value = {
      apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name, namespace: 'infoscale-vtas' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name: 'changeover', namespace: 'changeover-system' }],
    };
    await api.request('POST', bindings, { value });
  });
}
