import { recordsAgree } from '../ownership.js';
import { members, type Check } from './facts.js';

export const unitIsAdopted: Check = (facts) =>
  members(facts).flatMap((o) => (o.ownership === null ? [`${o.site} has no ownership record for ${facts.request.unit.name}. Run: changeover adopt ${facts.request.unit.name}`] : []));

export const recordsAreEqual: Check = (facts) => {
  const [source, ...others] = members(facts);
  const say = (o: typeof facts.source) => `${o.site}: epoch ${o.ownership?.epoch}, writer ${o.ownership?.writer ?? 'nobody'}, run ${o.ownership?.run ?? 'none'}`;
  return others.flatMap((other) =>
    source?.ownership == null || other.ownership === null || recordsAgree(source.ownership, other.ownership)
      ? []
      : [`The ownership records disagree (${say(source)}; ${say(other)}). A run ended half-way or a site was away; settle that first: changeover recover ${facts.request.unit.name}`],
  );
};

export const unitIsFree: Check = (facts) =>
  members(facts).flatMap((o) =>
    o.ownership === null || o.ownership.run === null || o.ownership.run === facts.holder ? [] : [`${o.site}: run ${o.ownership.run} holds ${facts.request.unit.name}. One run at a time; if its workflow is gone: changeover recover ${facts.request.unit.name}`],
  );

export const sourceIsTheWriter: Check = ({ source }) =>
  source.ownership !== null && source.ownership.writer !== source.site ? [`The ownership record on ${source.site} says that ${source.ownership.writer ?? 'nobody'} may write.`] : [];

export const primaryIsTheExpectedOne: Check = ({ request, source }) =>
  request.expectedPrimary === null || request.expectedPrimary === source.site ? [] : [`You expected ${request.expectedPrimary} to be primary, but it is ${source.site} by now.`];
