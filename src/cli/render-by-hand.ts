import type { ByHand } from '../by-hand/index.js';
import { renderAssessment } from './render-assessment.js';

/** Lines for a shell: what is not a command stands behind `#`. */
export function renderByHand({ assessment, serves, why, steps }: ByHand): string {
  const comment = (text: string): string => text.split('\n').map((line) => `# ${line}`).join('\n');
  const head = comment(renderAssessment(assessment));
  if (serves === null) return `${head}\n#\n# No lines: ${why}`;
  const { unit } = assessment;
  return [
    head,
    '#',
    comment(`The lines below bring ${unit} to service on ${serves}, without Changeover. Run them one by one, in their order.`),
    comment('Do not run them while a run of the unit is open; print again when anything was changed since.'),
    ...steps.map(({ title, look, commands }, index) => ['', `# ${index + 1}. ${title}`, `#    look: ${look}`, ...commands].join('\n')),
    '',
    comment(`The unit is still held by its run. With Temporal and the workers back, changeover recover ${unit} --way recommended --reason "…" gives the rest back.`),
  ].join('\n');
}
