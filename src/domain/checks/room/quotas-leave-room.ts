import { beyondQuota } from '../../fitting.js';
import { defineCheck, found } from '../check.js';

/** A quota denies pods after the line, when their workload is scaled up; their creator tries again for ever, and says so in an event at most. */
export const quotasLeaveRoom = defineCheck({
  name: 'quotas-leave-room',
  asks: 'No ResourceQuota of the target is too small for the application',
  fix: 'Raise the quota, or remove what uses it.',
  find: ({ source, target }) => (source.application.demand === undefined || target.room == null ? [] : beyondQuota(source.application.demand, target.room).map((says) => found(target, `On ${target.site}: ${says}`))),
});
