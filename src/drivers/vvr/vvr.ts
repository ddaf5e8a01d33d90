import { ChangeoverError } from '../../domain/errors.js';
import type { SecondaryView } from '../../domain/observation.js';
import type { Replication, VolumeGroup } from '../../ports/replication.js';
import type { Kube } from '../kubernetes/kube.js';
import { groupAt } from './groups.js';
import { ownRole } from './printrvg.js';
import { createReadings } from './readings.js';
import { createRoleCommands } from './role-commands.js';
import type { VvrSettings } from './settings.js';
import { createShell } from './shell.js';
import { lineOf, missingOf, notDrained, notProtected } from './vocabulary.js';
import { awaitReadings, type Reading } from './waits.js';

/** Replication by Veritas Volume Replicator, commanded by `vradmin` inside the site's InfoScale pods. */
export function createVvr(kube: Kube, settings: VvrSettings): Replication {
  const { site } = settings;
  const shell = createShell(kube, settings);
  const readings = createReadings(shell, site);

  /** Read at the Primary only: a Secondary repeats what it last heard. */
  async function readAsPrimary(group: VolumeGroup, planned: readonly string[], judge: (secondary: SecondaryView) => readonly string[]): Promise<Reading> {
    const [status, rvg] = await Promise.all([readings.repstatus(group), readings.printrvg(group)]);
    const role = rvg === null ? 'unreadable' : ownRole(rvg);
    if (role === 'secondary') throw new ChangeoverError('RoleChanged', `${group.rvg} is Secondary on ${site}; it was expected to be Primary.`);
    if (rvg === null || status === null || role !== 'primary') return { missing: [`The role of ${group.rvg} on ${site} cannot be read.`], lines: [] };
    const errors = rvg.configErrors.filter((error) => !status.configErrors.includes(error)).map((error) => `Configuration error: ${error}`);
    return { missing: [...errors, ...missingOf(status, planned, judge)], lines: status.secondaries.map(lineOf) };
  }

  return {
    view: (group) => readings.view(group),
    role: (group) => readings.role(group),
    links: (group) => readings.links(group),
    standing: (group) => readings.standing(group),

    awaitDrained: (replication, at, work) =>
      awaitReadings(() => readAsPrimary(groupAt(replication.groups, at), replication.secondaries, notDrained), {
        what: `Every Secondary has every write of ${at}`, agreeing: 2, code: 'StillDraining', work,
      }),

    async awaitClosed(group, work) {
      await awaitReadings(async () => {
        const open = await readings.open(group);
        return { missing: open.map((volume) => `Volume ${volume} is open on ${site}.`), lines: [] };
      }, { what: `No volume of ${group.rvg} is open on ${site}`, agreeing: 1, code: 'StillRunning', work });
    },

    awaitProtected: (group, work) =>
      awaitReadings(() => readAsPrimary(group, [], notProtected), {
        what: `${group.rvg} replicates from ${site}`, agreeing: 2, code: 'NotReady', work,
      }),

    ...createRoleCommands({ site, shell, readings }),
  };
}
