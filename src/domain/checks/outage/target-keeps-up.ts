import { behindMs } from '../../backlog.js';
import { defineCheck, found } from '../check.js';

/** Milliseconds. */
const NOTICEABLE = 5_000;

/** A backlog drains inside the outage, since the application writes until then. */
export const targetKeepsUp = defineCheck({
  name: 'target-keeps-up',
  asks: 'The target has nearly everything already',
  severity: 'warn',
  fix: 'Wait until it has caught up (vradmin -l repstatus); what is behind by then drains while the application is away.',
  find: ({ source }) =>
    (source.replication?.secondaries ?? []).flatMap((s) => ((behindMs(s.behind) ?? 0) > NOTICEABLE ? [found(source, `Secondary ${s.host} is behind by ${s.behind}.`)] : [])),
});
