import type { AtFollowers, Times } from './measure.js';

/** The measurement as a table in Markdown. */
export function apiTable(measured: readonly AtFollowers[]): string {
  const of = ({ p50, p95, most }: Times): string => (Number.isNaN(p95) ? '–' : `${p50} / ${p95} / ${most}`);
  const calls = (counted: Readonly<Record<string, number>>): string => Object.entries(counted).filter(([, count]) => count > 0).map(([operation, count]) => `${operation} ${count}`).join(', ') || 'none';
  return [
    '| listening to one run | `GET /v1/runs?limit=200`, ms | `GET /v1/runs/RUN`, ms | a change heard by all, ms | calls of Temporal for each change | calls of Temporal each second at rest | load |',
    '|---|---|---|---|---|---|---|',
    ...measured.map((one) => `| ${one.followers} | ${of(one.list)} | ${of(one.one)} | ${one.followers === 0 ? '–' : of(one.heard)} | ${calls(one.callsPerChange)} | ${calls(one.callsPerSecondAtRest)} | ${one.load.toFixed(1)} |`),
    '',
    'Times are median / 95th percentile / most, one request after another over one connection, from a process on the same machine.',
  ].join('\n');
}

export const limitsOfTheApiBench: readonly string[] = [
  'One machine with two cores for the caller, its followers, the API, Temporal with SQLite, a worker and two control planes.',
  'Loopback: no network, no TLS. Tokens are reviewed by a real API server, at most every five seconds for one token.',
  'Closed runs were refused at once: their histories are short. The list never reads histories.',
  'Calls are those that the Temporal server counts, whoever made them: the worker looks at its list of open runs every 15 seconds.',
];
