import type { SecondaryView } from '../../observation.js';
import { defineCheck, found } from '../check.js';
import type { WayBackFacts } from '../facts.js';

function secondaryFaults(s: SecondaryView): readonly string[] {
  return [
    ...(s.replicationStatus.startsWith('replicating (connected)') ? [] : [`Secondary ${s.host}: replication is "${s.replicationStatus}", not replicating (connected).`]),
    ...(s.dataStatus.startsWith('consistent') ? [] : [`Secondary ${s.host}: its data is "${s.dataStatus}", not consistent.`]),
    ...(s.loggingTo.startsWith('SRL') ? [] : [`Secondary ${s.host}: logging to "${s.loggingTo}", not to the SRL.`]),
  ];
}

/** VVR: migrate needs all Secondaries up to date and all attached RLINKs connected. A backlog may drain later; a broken link may not. */
export const everyLinkIsReady = defineCheck<WayBackFacts>({
  name: 'every-link-is-ready',
  asks: 'Every Secondary replicates, connected and consistent',
  fix: 'Mend replication in VVR (resumerep, startrep, resync) and wait until it is consistent.',
  find: ({ source }) => {
    const view = source.replication;
    if (view === null) return [];
    const faults = [
      ...view.configErrors.map((e) => `Replication on ${source.site} reports a configuration error: ${e}`),
      ...(view.secondaries.length === 0 ? [`Volume group ${view.rvg} has no Secondary.`] : []),
      ...view.secondaries.flatMap(secondaryFaults),
    ];
    return faults.map((says) => found(source, says));
  },
});
