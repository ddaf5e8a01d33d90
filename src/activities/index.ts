import type { Ports } from '../ports/index.js';
import { adoption } from './adoption.js';
import { claim } from './claim.js';
import { crossing } from './crossing.js';
import { inspection } from './inspection.js';
import { names } from './names.js';
import { outage } from './outage.js';
import { promotion } from './promotion.js';
import { record } from './record.js';
import { recovery } from './recovery.js';
import { release } from './release.js';
import { snapshots } from './snapshots.js';
import { standing } from './standing.js';
import { staging } from './staging.js';
import { volumes } from './volumes.js';

/** All activities over the given ports. The same object serves every queue; each call names its site. */
export function createActivities(ports: Ports) {
  return {
    ...inspection(ports),
    ...adoption(ports),
    ...claim(ports),
    ...volumes(ports),
    ...snapshots(ports),
    ...staging(ports),
    ...outage(ports),
    ...crossing(ports),
    ...promotion(ports),
    ...names(ports),
    ...release(ports),
    ...record(ports),
    ...standing(ports),
    ...recovery(ports),
  };
}

export type Activities = ReturnType<typeof createActivities>;
