import { temporalPorts } from '../../lab/settings.js';

/** Calls that a Temporal server has answered since it started, by operation, as it counts them itself: whoever asked. */
export type Calls = Readonly<Record<string, number>>;

/** Operations that look at runs: what followers could multiply. */
const looks = ['QueryWorkflow', 'ListWorkflowExecutions', 'DescribeWorkflowExecution', 'GetWorkflowExecutionHistory', 'PollWorkflowExecutionHistory'] as const;

export async function temporalCalls(): Promise<Calls> {
  const text = await (await fetch(`http://127.0.0.1:${temporalPorts.serverMetrics}/metrics`)).text();
  const counted = [...text.matchAll(/^service_requests(?:_total)?\{([^}]*)\} ([\d.e+]+)$/gm)].filter(([, labels = '']) => labels.includes('service_name="frontend"'));
  if (counted.length === 0) throw new Error('the Temporal server counts no requests');
  return Object.fromEntries(looks.map((operation) => [operation, counted.filter(([, labels = '']) => labels.includes(`operation="${operation}"`)).reduce((sum, [, , value]) => sum + Number(value), 0)]));
}

export function callsBetween(before: Calls, after: Calls): Calls {
  return Object.fromEntries(Object.entries(after).map(([operation, count]) => [operation, count - (before[operation] ?? 0)]));
}
