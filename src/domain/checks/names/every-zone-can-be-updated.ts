import { defineCheck, found } from '../check.js';

export const everyZoneCanBeUpdated = defineCheck({
  name: 'every-zone-can-be-updated',
  asks: 'Every zone has a name server that takes updates',
  fix: 'Configure one with its TSIG key.',
  find: ({ names }) =>
    (names?.plan.zones ?? []).flatMap((z) => (names?.observed.servers.some((s) => s.zone === z.zone && s.updatable) ? [] : [found(null, `No name server is configured to update zone ${z.zone}.`)])),
});
