import { defineCheck, found } from '../check.js';
import type { WayBackFacts } from '../facts.js';

export const noRoleCommandIsAlive = defineCheck<WayBackFacts>({
  name: 'no-role-command-is-alive',
  asks: 'No role command is at work',
  fix: 'Wait until it has ended.',
  find: ({ source, target }) => [source, target].flatMap((o) => ((o.replication?.liveCommands ?? 0) > 0 ? [found(o, `A role command is at work on ${o.site}; wait until it has ended.`)] : [])),
});
