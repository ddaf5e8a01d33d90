import type { ControllerMeasurement } from './measure.js';

/** For people: what it asks when nothing happens, and how soon it answers. */
export function controllerTable({ firstStepSeconds: first, idle }: ControllerMeasurement): string {
  const requests = Object.entries(idle.requests).map(([what, count]) => `    ${what.padEnd(48)}${count}`);
  return [
    `  ${idle.plans} plans on each of two sites, nothing happening: ${idle.perSecond.toFixed(2)} requests a second, to both API servers together; in ${idle.seconds} s:`,
    ...requests,
    first === null ? '  no patch was measured' : `  from the patch to the run's first step, ${first.count} times: median ${first.median.toFixed(3)} s, worst ${first.most.toFixed(3)} s, best ${first.least.toFixed(3)} s`,
  ].join('\n');
}
