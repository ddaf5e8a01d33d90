import { ChangeoverError } from '../../domain/errors.js';
import { mark } from '../../domain/names.js';
import { formatMeasured } from '../../domain/outage-times.js';
import type { UnitRef } from '../../domain/request.js';
import type { RawObject } from '../../ports/objects.js';
import type { Plans, TransientStatus } from '../../ports/plans.js';
import { pathOf } from '../kubernetes/kube.js';
import type { Kube } from '../kubernetes/kube.js';
import { fieldsOf } from './fields.js';
import { findForeignManagers } from './foreign-managers.js';
import { readDataReplication, readDns, readMembership, readPlan } from './read-objects.js';
import { dataReplications, dnsObjects, drPlans, memberships } from './resources.js';

/** Others write the same objects (status refreshes, people); each conflict is a fresh read. */
const ATTEMPTS = 5;

/** Every transient field with the value that removes it in a merge patch (RFC 7396). The type keeps the list whole. */
const cleared: Readonly<Record<keyof TransientStatus, null>> = {
  phase: null,
  backupRequestState: null,
  restoreRequestState: null,
  scheduleStatus: null,
  dataReplicationStatus: null,
  metadataSyncStatus: null,
  lastBackupName: null,
};

/** InfoScale's DR objects on one site, read and shown through the API server. Decides nothing. */
export function createPlans(kube: Kube): Plans {
  const planPath = (unit: UnitRef): string => pathOf(drPlans, unit.namespace, unit.name);

  const existing = async (path: string, what: string): Promise<RawObject> => {
    const object = await kube.get(path);
    if (object === null) throw new ChangeoverError('NotFound', `${what} does not exist on ${kube.site}.`);
    return object;
  };

  const existingPlan = (unit: UnitRef): Promise<RawObject> => existing(planPath(unit), `The DR plan ${unit.namespace}/${unit.name}`);

  /** Reads, and writes only what differs, against the version that was read. */
  const reconcile = async (read: () => Promise<RawObject>, write: (object: RawObject) => Promise<unknown> | null): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      const pending = write(await read());
      if (pending === null) return;
      try {
        await pending;
        return;
      } catch (error) {
        if (!(error instanceof ChangeoverError) || error.code !== 'Conflict' || attempt >= ATTEMPTS) throw error;
      }
    }
  };

  const patchStatus = async (unit: UnitRef, status: object): Promise<void> => {
    await kube.patch(`${planPath(unit)}/status`, { status }, 'merge');
  };

  return {
    async membership() {
      // A site without the kind is a site without membership; anything else that fails is unknown, and says so.
      const found = await kube.list(pathOf(memberships)).catch((error: unknown) => {
        if (error instanceof ChangeoverError && error.code === 'NotFound') return [];
        throw error;
      });
      const [first, ...others] = found;
      if (others.length > 0) throw new ChangeoverError('Invalid', `${kube.site} has ${found.length} GlobalClusterMembership objects; there must be one.`);
      return first === undefined ? null : readMembership(first);
    },

    foreignManagers: () => findForeignManagers(kube),

    async plan(unit) {
      const object = await kube.get(planPath(unit));
      return object === null ? null : readPlan(object);
    },

    async dataReplication(unit, name) {
      const object = await kube.get(pathOf(dataReplications, unit.namespace, name));
      return object === null ? null : readDataReplication(object);
    },

    async dns(unit, name) {
      const object = await kube.get(pathOf(dnsObjects, unit.namespace, name));
      return object === null ? null : readDns(object);
    },

    async propose(unit, primary, run) {
      await reconcile(
        () => existingPlan(unit),
        (object) => {
          const proposedBy = object.metadata.annotations?.[mark.proposedBy] ?? null;
          if (fieldsOf(object['spec'])['primaryCluster'] === primary && proposedBy === run) return null;
          const { resourceVersion } = object.metadata;
          // Who asked for an earlier change did not ask for the next one.
          return kube.patch(planPath(unit), { metadata: { resourceVersion, annotations: { [mark.proposedBy]: run, [mark.requestedBy]: null } }, spec: { primaryCluster: primary } }, 'merge');
        },
      );
    },

    async remember(unit, measured) {
      // Nobody else writes this annotation, and the last writer may win: it is no more than a memory.
      await kube.patch(planPath(unit), { metadata: { annotations: { [mark.measured]: formatMeasured(measured) } } }, 'merge');
    },

    async retract(unit, { run, from, to }) {
      let stays: string | null = null;
      await reconcile(
        () => existingPlan(unit),
        (object) => {
          if (object.metadata.annotations?.[mark.proposedBy] !== run) return null;
          const { primaryCluster } = fieldsOf(object['spec']);
          stays = typeof primaryCluster === 'string' && primaryCluster !== from && primaryCluster !== to ? primaryCluster : null;
          const { resourceVersion } = object.metadata;
          // What someone else named stays as it is, and so does who asked for it.
          const annotations = { [mark.proposedBy]: null, ...(stays === null ? { [mark.requestedBy]: null } : {}) };
          return kube.patch(planPath(unit), { metadata: { resourceVersion, annotations }, ...(stays === null ? { spec: { primaryCluster: to } } : {}) }, 'merge');
        },
      );
      return stays;
    },

    async show(unit, status) {
      await patchStatus(unit, status);
    },

    async settle(unit, primary) {
      await patchStatus(unit, primary === null ? cleared : { ...cleared, primaryCluster: primary });
    },

    async recordDataPrimary(unit, name, primary) {
      const path = pathOf(dataReplications, unit.namespace, name);
      const read = (): Promise<RawObject> => existing(path, `The DataReplication ${unit.namespace}/${name}`);
      await reconcile(read, (object) => {
        if (fieldsOf(object['spec'])['currentPrimary'] === primary) return null;
        return kube.patch(path, { metadata: { resourceVersion: object.metadata['resourceVersion'] }, spec: { currentPrimary: primary } }, 'merge');
      });
      await reconcile(read, (object) => {
        if (fieldsOf(object['status'])['currentPrimary'] === primary) return null;
        return kube.patch(`${path}/status`, { metadata: { resourceVersion: object.metadata['resourceVersion'] }, status: { currentPrimary: primary } }, 'merge');
      });
    },
  };
}
