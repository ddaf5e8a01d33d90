import { ChangeoverError } from '../../domain/errors.js';
import { mark, ownershipName, SYSTEM_NAMESPACE } from '../../domain/names.js';
import { takeTurn } from '../../domain/ownership.js';
import type { OwnershipRecord } from '../../domain/ownership.js';
import type { RawObject } from '../../ports/objects.js';
import type { Ownership } from '../../ports/ownership.js';
import { createGroupLock } from './group-lock.js';
import { createKeptPlan } from './kept-plan.js';
import { pathOf } from './kube.js';
import type { Kube } from './kube.js';
import { recordIn, recordText } from './ownership-record.js';

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
  /** What was last read or written here. A change begins with it: a PUT with its version fails where the record has moved on. */
  const known = new Map<string, Stored>();

  const pathTo = (unit: string): string => pathOf(configMaps, SYSTEM_NAMESPACE, ownershipName(unit));

  const stored = (object: RawObject): Stored => ({ record: recordIn(object, kube.site), resourceVersion: String(object.metadata['resourceVersion']) });

  const load = async (unit: string): Promise<Stored | null> => {
    const object = await kube.get(pathTo(unit));
    return object === null ? null : remembered(unit, stored(object));
  };

  const remembered = (unit: string, found: Stored): Stored => {
    known.set(unit, found);
    return found;
  };

  /** The change of what we know, where it is one. Whatever else comes out of it, a refusal above all, is said of a fresh reading only. */
  const ofKnown = (unit: string, change: (record: OwnershipRecord) => OwnershipRecord): { current: Stored; next: OwnershipRecord } | null => {
    const current = known.get(unit);
    known.delete(unit);
    if (current === undefined) return null;
    try {
      const next = change(current.record);
      return recordText(next) === recordText(current.record) ? null : { current, next };
    } catch {
      return null;
    }
  };

  const ofFresh = async (unit: string, change: (record: OwnershipRecord) => OwnershipRecord): Promise<{ current: Stored; next: OwnershipRecord }> => {
    const current = await load(unit);
    if (current === null) throw new ChangeoverError('NotFound', `${unit} has no ownership record on ${kube.site}: it was never adopted there.`);
    return { current, next: change(current.record) };
  };

  const update = async (unit: string, change: (record: OwnershipRecord) => OwnershipRecord): Promise<OwnershipRecord> => {
    for (let attempt = 1; ; attempt += 1) {
      const { current, next } = ofKnown(unit, change) ?? (await ofFresh(unit, change));
      if (recordText(next) === recordText(current.record)) return current.record;
      try {
        return remembered(unit, stored(await kube.replace(pathTo(unit), configMap(next, current.resourceVersion)))).record;
      } catch (error) {
        // Gone, or moved on: a fresh reading says which.
        if (!(error instanceof ChangeoverError) || !['Conflict', 'NotFound'].includes(error.code) || attempt >= ATTEMPTS) throw error;
      }
    }
  };

  const read = async (unit: string): Promise<OwnershipRecord | null> => (await load(unit))?.record ?? null;

  return {
    read,
    ...createGroupLock(kube, read),
    ...createKeptPlan(kube),
    async create(record) {
      await kube.create(pathOf(configMaps, SYSTEM_NAMESPACE), configMap(record));
    },
    update,
    take: (unit, turn) => update(unit, (record) => takeTurn(record, turn)),
  };
}
