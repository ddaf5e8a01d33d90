import { faults } from '../faults/catalog.js';
import type { Result } from './results.js';

const seconds = (value: number | null): string => (value === null ? '–' : value.toFixed(1));

/** `docs/long-run.md`: what came of each fault when it was played last, the worst kills first. */
export function longRunDocument(results: readonly Result[]): string {
  const rows = faults.map(({ name, title }) => ({ name, title, result: results.find((one) => one.name === name) }));
  const played = rows.flatMap(({ result }) => (result === undefined ? [] : [result]));
  const passed = played.filter(({ ok }) => ok).length;
  const kills = played.flatMap(({ progressSeconds }) => (progressSeconds === null ? [] : [progressSeconds]));
  return [
    '# The long run',
    '',
    'Every fault of [the catalog](conformance.md), played in the lab by `npm run test:long`; this page is what it wrote last. A play passes when the run closed in a way that the catalog allows, a client was served afterwards, both plans said the truth, and the judge found every acknowledged write and never two sites that could write. Faults are played one after the other in one lab, each in the other direction than the one before; the judge is asked after the last of them.',
    '',
    `${passed} passed, ${played.length - passed} failed, ${rows.length - played.length} not played since they were written.${kills.length === 0 ? '' : ` After kill -9 of the worker the next step had ended within ${Math.max(...kills).toFixed(1)} s at worst, over ${kills.length} kills, the start of the new worker included.`}`,
    '',
    '| fault | result | closed as | outage, s | next step after kill -9, s | events | played at | commit |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.map(({ name, result }) =>
      result === undefined
        ? `| \`${name}\` | not played | – | – | – | – | – | – |`
        : `| \`${name}\` | ${result.ok ? 'passed' : `**failed**: ${result.reasons.join('; ').replaceAll('|', '/').replaceAll('\n', ' ').slice(0, 300)}`} | ${result.outcome} | ${seconds(result.outageSeconds)} | ${seconds(result.progressSeconds)} | ${result.events ?? '–'} | ${result.at.slice(0, 16)}Z | ${result.commit} |`,
    ),
    '',
    'Outages are those that the run saw; a fault that a person, or a budget, must end is as long as it takes them. Events are those in the history of the run; of one that went on as another procedure, of that.',
    '',
  ].join('\n');
}
