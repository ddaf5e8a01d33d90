import type { Step } from './step.js';
import { captureApplication } from './steps/capture-application.js';
import { claim } from './steps/claim.js';
import { freezeControllers } from './steps/freeze-controllers.js';
import { lowerTtl } from './steps/lower-ttl.js';
import { offlineSource } from './steps/offline-source.js';
import { protectVolumes } from './steps/protect-volumes.js';
import { stageTarget } from './steps/stage-target.js';

/** Every step of a planned migration that has an undo, newest first: what a run may have changed before the line, whoever remembers it. */
export const undoSteps: readonly Step<never, unknown>[] = [offlineSource, freezeControllers, stageTarget, captureApplication, lowerTtl, protectVolumes, claim];
