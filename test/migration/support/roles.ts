import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scopeFolder } from '../../../lab/paths.js';
import { withApi } from '../../../lab/scenario/application.js';
import type { SiteName } from '../../../lab/settings.js';
import { askVvrd } from '../../../lab/site/vvrd-client.js';
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

/** Role commands that the storage of a site was given and that have ended, by its own log, oldest first: `vradmin …: EXIT CODE`. */
export function roleCommands(site: SiteName): readonly string[] {
  return readFileSync(join(scopeFolder(site), 'vvr', 'commands.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { argv: readonly string[]; exitCode: number })
    .filter(({ argv }) => ['migrate', 'takeover', 'makesec'].some((verb) => argv.includes(verb)))
    .map(({ argv, exitCode }) => `${argv.join(' ')}: ${exitCode}`);
}

/** Whether the storage of a site is carrying out a migrate right now. */
export async function commandAtWork(site: SiteName): Promise<boolean> {
  const { rvgs } = (await askVvrd(site, { op: 'sim', get: true })) as { rvgs: Readonly<Record<string, { busy: string }>> };
  return rvgs['orders_rvg']?.busy === 'migrate';
}
