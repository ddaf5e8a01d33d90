import { ChangeoverError } from '../../domain/errors.js';
import { mark, ownershipName, SYSTEM_NAMESPACE } from '../../domain/names.js';
import { takeTurn } from '../../domain/ownership.js';
import type { OwnershipRecord } from '../../domain/ownership.js';
import type { RawObject } from '../../ports/objects.js';
import type { Ownership } from '../../ports/ownership.js';
import { createGroupLock } from './group-lock.js';
import { pathOf } from './kube.js';
import type { Kube } from './kube.js';
import { parseRecord, recordText } from './ownership-record.js';

/** Two runs and an operator at once make a handful of conflicts; more than this is something fighting us. */
const ATTEMPTS = 12;

const configMaps = { group: '', version: 'v1', plural: 'configmaps' };

interface Stored {
  readonly record: OwnershipRecord;
  readonly resourceVersion: string;
}

function configMap(record: OwnershipRecord, resourceVersion?: string): RawObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: ownershipName(record.unit),
      namespace: SYSTEM_NAMESPACE,
      // Never captured with an application, wherever it lives.
      labels: { [mark.exclude]: 'true' },
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    data: { record: recordText(record) },
  };
}

/** Ownership records as ConfigMaps in our own namespace, one per unit; the compare-and-swap is a PUT with the resourceVersion that was read. */
export function createOwnership(kube: Kube): Ownership {
  const pathTo = (unit: string): string => pathOf(configMaps, SYSTEM_NAMESPACE, ownershipName(unit));

  const stored = (object: RawObject, unit: string): Stored => {
    const data = object['data'] as { record?: unknown } | undefined;
    if (typeof data?.record !== 'string') {
      throw new ChangeoverError('Invalid', `The ownership record of ${unit} on ${kube.site} cannot be understood: the ConfigMap ${ownershipName(unit)} has no field "record".`);
    }
    return { record: parseRecord(data.record, { unit, site: kube.site }), resourceVersion: String(object.metadata['resourceVersion']) };
  };

  const load = async (unit: string): Promise<Stored | null> => {
    const object = await kube.get(pathTo(unit));
    return object === null ? null : stored(object, unit);
  };

  const update = async (unit: string, change: (record: OwnershipRecord) => OwnershipRecord): Promise<OwnershipRecord> => {
    for (let attempt = 1; ; attempt += 1) {
      const current = await load(unit);
      if (current === null) throw new ChangeoverError('NotFound', `${unit} has no ownership record on ${kube.site}: it was never adopted there.`);
      const next = change(current.record);
      if (recordText(next) === recordText(current.record)) return current.record;
      try {
        return stored(await kube.replace(pathTo(unit), configMap(next, current.resourceVersion)), unit).record;
      } catch (error) {
        if (!(error instanceof ChangeoverError) || error.code !== 'Conflict' || attempt >= ATTEMPTS) throw error;
      }
    }
  };

  const read = async (unit: string): Promise<OwnershipRecord | null> => (await load(unit))?.record ?? null;

  return {
    read,
    ...createGroupLock(kube, read),
    async create(record) {
      await kube.create(pathOf(configMaps, SYSTEM_NAMESPACE), configMap(record));
    },
    update,
    take: (unit, turn) => update(unit, (record) => takeTurn(record, turn)),
  };
}
