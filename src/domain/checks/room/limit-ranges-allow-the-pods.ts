import { deniedByRanges } from '../../fitting.js';
import { defineCheck, found } from '../check.js';

/** As a quota does, a LimitRange denies pods only when they are made. */
export const limitRangesAllowThePods = defineCheck({
  name: 'limit-ranges-allow-the-pods',
  asks: 'No LimitRange of the target denies the pods',
  fix: 'Change the LimitRange, or what the pod template asks for.',
  find: ({ source, target }) => (source.application.demand === undefined || target.room == null ? [] : deniedByRanges(source.application.demand, target.room).map((says) => found(target, `On ${target.site}: ${says}`))),
});
