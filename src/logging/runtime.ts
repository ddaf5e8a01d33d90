import { Runtime } from '@temporalio/worker';
import { ChangeoverError } from '../domain/errors.js';
import type { LogSettings, MetricsSettings } from '../settings/telemetry.js';
import type { Log } from './log.js';
import { temporalLogger } from './temporal-logger.js';

/** Seconds; a step takes a tenth of one or, where it waits for caches, minutes. */
const STEP_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300];
const OUTAGE_BUCKETS = [0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300];
const RUN_BUCKETS = [10, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 86_400];

/** Sets up, once a process and before anything of the SDK, where its lines and its numbers go. */
export function installRuntime(log: Log, settings: { readonly log: LogSettings; readonly metrics: MetricsSettings }): void {
  const { worker } = settings.metrics;
  const metrics = worker === undefined ? {} : {
    metrics: {
      prometheus: {
        bindAddress: worker, countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true,
        histogramBucketOverrides: { changeover_step: STEP_BUCKETS, changeover_outage: OUTAGE_BUCKETS, changeover_run: RUN_BUCKETS },
      },
    },
  };
  try {
    // Without `forward` the SDK's native half writes lines of its own shape to the terminal, past our format and our filter.
    Runtime.install({ logger: temporalLogger(log, settings.log.level), telemetryOptions: { logging: { forward: {} }, ...metrics } });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ChangeoverError('Invalid', `metrics.worker: ${worker ?? 'none'} cannot be used (${why}). Each worker on a host needs an address of its own.`, { cause });
  }
}
