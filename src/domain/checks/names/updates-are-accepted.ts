import { defineCheck, found } from '../check.js';

/** RFC 2136: asked with a signed update that only has prerequisites. */
export const updatesAreAccepted = defineCheck({
  name: 'updates-are-accepted',
  asks: 'The name servers accept our signed updates',
  fix: 'Correct the TSIG key and the update policy of the zone; changeover doctor tries them again.',
  find: ({ names }) => (names?.observed.servers ?? []).flatMap((s) => (s.updateRefused === null ? [] : [found(null, `Name server ${s.server} refuses updates of ${s.zone}: ${s.updateRefused}`)])),
});
