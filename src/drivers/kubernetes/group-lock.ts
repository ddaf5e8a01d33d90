import { createHash } from 'node:crypto';
import { assertTakeable, type GroupHolder } from '../../domain/group-lock.js';
import { ChangeoverError } from '../../domain/errors.js';
import { mark, SYSTEM_NAMESPACE } from '../../domain/names.js';
import type { RawObject } from '../../ports/objects.js';
import type { GroupLocks, OwnershipRecords } from '../../ports/ownership.js';
import { pathOf, type Kube } from './kube.js';

const configMaps = { group: '', version: 'v1', plural: 'configmaps' };

type Group = Parameters<GroupLocks['takeGroup']>[0];

/** The lock of a volume group, a ConfigMap in our own namespace; created, or replaced with the resourceVersion that was read. */
export function createGroupLock(kube: Kube, read: OwnershipRecords['read']): GroupLocks {
  return {
    async takeGroup(group, by) {
      try {
        await kube.create(pathOf(configMaps, SYSTEM_NAMESPACE), lockOf(group, by));
        return;
      } catch (error) {
        if (!(error instanceof ChangeoverError) || error.code !== 'Conflict') throw error;
      }
      const object = await kube.get(pathOf(configMaps, SYSTEM_NAMESPACE, nameOf(group)));
      if (object === null) throw new ChangeoverError('Conflict', `The lock of ${shown(group)} on ${kube.site} changed hands just now.`);
      const held = holderOf(object, group);
      assertTakeable(shown(group), { held, by, record: await read(held.unit) });
      if (held.run === by.run && held.epoch === by.epoch) return;
      await kube.replace(pathOf(configMaps, SYSTEM_NAMESPACE, nameOf(group)), lockOf(group, by, String(object.metadata['resourceVersion'])));
    },

    async freeGroup(group, run) {
      const path = pathOf(configMaps, SYSTEM_NAMESPACE, nameOf(group));
      const object = await kube.get(path);
      if (object === null || holderOf(object, group).run !== run) return;
      await kube.remove(path, { resourceVersion: String(object.metadata['resourceVersion']) });
    },
  };
}

function lockOf(group: Group, { unit, run, epoch }: GroupHolder, resourceVersion?: string): RawObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: nameOf(group), namespace: SYSTEM_NAMESPACE, labels: { [mark.exclude]: 'true' }, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    data: { group: shown(group), unit, run, epoch: String(epoch) },
  };
}

function holderOf(object: RawObject, group: Group): GroupHolder {
  const { unit, run, epoch } = (object['data'] ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof unit !== 'string' || typeof run !== 'string' || typeof epoch !== 'string') throw new ChangeoverError('Invalid', `The lock of ${shown(group)} (ConfigMap ${nameOf(group)}) cannot be understood.`);
  return { unit, run, epoch: Number(epoch) };
}

/** Names of disk groups may hold what an object's name may not. */
function nameOf(group: Group): string {
  return `rvg-${createHash('sha256').update(shown(group)).digest('hex').slice(0, 16)}`;
}

function shown({ diskGroup, rvg }: Group): string {
  return `${diskGroup}/${rvg}`;
}
