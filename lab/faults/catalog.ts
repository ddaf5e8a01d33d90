import type { Fault } from './fault.js';
import { accidentFaults } from './scenes/accidents.js';
import { apiServerFaults } from './scenes/api-servers.js';
import { clusterFaults } from './scenes/clusters.js';
import { singleKills } from './scenes/kills.js';
import { nameFaults } from './scenes/names.js';
import { ourFaults } from './scenes/ourselves.js';
import { peopleFaults } from './scenes/people.js';
import { replicationFaults } from './scenes/replication.js';
import { stagedFaults } from './scenes/staged.js';
import { surroundingFaults } from './scenes/surroundings.js';

/** Every fault that the lab can play. */
export const faults: readonly Fault[] = [...clusterFaults, ...apiServerFaults, ...replicationFaults, ...nameFaults, ...peopleFaults, ...accidentFaults, ...stagedFaults, ...surroundingFaults, ...ourFaults];

/** @throws Error with all names when there is no such fault. */
export function findFault(name: string): Fault {
  const found = [...faults, ...singleKills].find((fault) => fault.name === name);
  if (found === undefined) throw new Error(`no fault ${name}; there are\n${faults.map((fault) => `  ${fault.name.padEnd(34)}${fault.title}`).join('\n')}`);
  return found;
}
