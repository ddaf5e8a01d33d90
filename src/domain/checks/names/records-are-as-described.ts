import { sameValues } from '../../dns-records.js';
import { defineCheck, found } from '../check.js';

export const recordsAreAsDescribed = defineCheck({
  name: 'records-are-as-described',
  asks: 'Every name server answers what the DNS object says',
  fix: 'Correct the records, or the DNS object: a value that someone else set is never overwritten.',
  find: ({ names, source }) => {
    if (names === null) return [];
    const forward = names.plan.zones.filter((z) => !z.reverse).flatMap(({ zone, records }) => records.map((record) => ({ zone, record })));
    return forward.flatMap(({ zone, record }) =>
      names.observed.servers
        .filter((s) => s.zone === zone)
        .flatMap((s) => {
          const answer = s.answers.find((a) => a.name === record.name && a.type === record.type)?.values ?? [];
          if (sameValues(answer, record.before)) return [];
          return [found(null, `Name server ${s.server} answers ${record.name} ${record.type} with ${answer.join(' ') || 'nothing'}; the DNS object on ${source.site} says ${record.before.join(' ') || 'nothing'}.`)];
        }),
    );
  },
});
