import { faults } from '../catalog.js';
import type { Fault, Shown } from '../fault.js';
import { names, ourselves, restore } from './after.js';
import { before } from './before.js';
import { offline, swap } from './outage.js';
import type { Row } from './row.js';

/** The scenarios that are not faults of their own, by the part of a run that meets them. */
export const areas: readonly { readonly title: string; readonly rows: readonly Row[] }[] = [
  { title: 'Before the outage', rows: before },
  { title: 'Taking the application offline', rows: offline },
  { title: 'The role swap', rows: swap },
  { title: 'Restoring at the target', rows: restore },
  { title: 'Names and traffic', rows: names },
  { title: 'The product itself', rows: ourselves },
];

/** `docs/conformance.md`, made from the catalog of faults and the rows beside it. */
export function conformanceDocument(): { readonly file: string; readonly text: string } {
  const rows = areas.flatMap((area) => area.rows);
  const untested = rows.filter(({ tests }) => tests.length === 0);
  const parts = [
    '# Conformance',
    '',
    'What can go wrong, what the product does then, and the tests that show it. Made by `npm run generate` from [lab/faults](../lab/faults); a test compares it, and that every test it names exists.',
    '',
    `${faults.length} faults that can be played, and ${rows.length} scenarios beside them; of those, ${untested.length} have no test: each says so.`,
    '',
    '## Faults that can be played',
    '',
    'Each in a lab of its own by `npm run demo -- --fault NAME`, which moves the application once more afterwards, without the fault; all of them by `npm run test:long`, whose last result is [the long run](long-run.md). However it goes, the judge must find that no acknowledged write was lost and that never two sites could write, and that a client is served afterwards.',
    '',
    '| fault | what goes wrong | made by | the product must | may close as | also shown by |',
    '|---|---|---|---|---|---|',
    ...faults.map(faultLine),
    ...areas.flatMap(({ title, rows: of }) => ['', `## ${title}`, '', '| scenario | what the product does | shown by |', '|---|---|---|', ...of.map(rowLine)]),
    '',
  ];
  return { file: 'docs/conformance.md', text: parts.join('\n') };
}

function faultLine({ name, title, how, must, ends, tests }: Fault): string {
  return `| \`${name}\` | ${title} | ${how} | ${must} | ${ends.join(', ')} | ${tests.length === 0 ? '–' : shown(tests)} |`;
}

function rowLine({ what, does, tests }: Row): string {
  return `| ${what} | ${does} | ${tests.length === 0 ? '**no test**' : shown(tests)} |`;
}

/** Titles as they are read, not as the source escapes them. */
function shown(tests: readonly Shown[]): string {
  return tests.map(({ file, title }) => `[${file.slice('test/'.length).replace(/(\.test|\.contract)?\.ts$/, '')}](../${file}): ${title.replaceAll("\\'", "'")}`).join('<br>');
}
