import { metricMeter } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/** Gives every line of an activity the run, step and site it works for, and measures what it saw of replication. */
export const callFields: ActivityInterceptorsFactory = () => {
  let fields: Record<string, string> = {};
  return {
    inbound: {
      async execute(input, next) {
        fields = fieldsOf(input.args[0]);
        const result = await next(input);
        measure(result);
        return result;
      },
    },
    outbound: {
      getLogAttributes: (input, next) => next({ ...input, ...fields }),
    },
  };
};

/** Of an activity's input: a `Place`, or only a site. The names are chosen one by one; nothing else of an input is for a log. */
export function fieldsOf(input: unknown): Record<string, string> {
  const { site, step, plan } = recordOf(input);
  const { run, unit } = recordOf(plan);
  const { name } = recordOf(unit);
  return Object.fromEntries(Object.entries({ run, unit: name, step, site }).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** How far a site's Secondaries are behind, seconds, as an observation of the site has it; null where it says nothing of it. */
export function behindOf(result: unknown): { readonly site: string; readonly seconds: number } | null {
  const { site, replication } = recordOf(result);
  const { secondaries } = recordOf(replication);
  if (typeof site !== 'string' || !Array.isArray(secondaries)) return null;
  const lags = secondaries.flatMap((secondary: unknown) => {
    const { behind } = recordOf(secondary);
    const [, hours, minutes, rest] = /(\d+)h\s+(\d+)m\s+(\d+)s/.exec(typeof behind === 'string' ? behind : '') ?? [];
    return rest === undefined ? [] : [Number(hours) * 3600 + Number(minutes) * 60 + Number(rest)];
  });
  return lags.length === 0 ? null : { site, seconds: Math.max(...lags) };
}

function measure(result: unknown): void {
  const behind = behindOf(result);
  if (behind === null) return;
  metricMeter.createGauge('changeover_replication_behind_seconds', 'float', undefined, 'How far the Secondaries were behind when a site was last observed').set(behind.seconds, { site: behind.site });
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
