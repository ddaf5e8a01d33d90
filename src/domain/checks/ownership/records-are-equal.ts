import type { SiteObservation } from '../../observation.js';
import { recordsAgree } from '../../ownership.js';
import { defineCheck, found } from '../check.js';
import { members } from '../facts.js';

const say = ({ site, ownership }: SiteObservation): string => `${site}: epoch ${ownership?.epoch}, writer ${ownership?.writer ?? 'nobody'}, run ${ownership?.run ?? 'none'}`;

export const recordsAreEqual = defineCheck({
  name: 'records-are-equal',
  asks: 'The ownership records agree',
  fix: 'A run ended half-way or a site was away; settle that first: changeover recover UNIT',
  find: (facts) => {
    const [source, ...others] = members(facts);
    return others.flatMap((other) =>
      source?.ownership == null || other.ownership === null || recordsAgree(source.ownership, other.ownership)
        ? []
        : [found(other, `The ownership records disagree (${say(source)}; ${say(other)}).`)],
    );
  },
});
