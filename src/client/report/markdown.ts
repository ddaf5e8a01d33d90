import type { ReportContent, Section } from './content.js';

/** The same report as Markdown, for a ticket or a wiki. */
export function markdownReport(content: ReportContent): string {
  return [
    `# ${text(content.title)}`,
    '',
    `**${text(content.verdict)}**`,
    '',
    ...table(['', ''], content.facts),
    '',
    ...content.sections.flatMap(({ heading, columns, rows }: Section) => [`## ${text(heading)}`, '', ...table(columns, rows), '']),
  ].join('\n');
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(text).join(' | ')} |`;
  return [line(columns), `|${columns.map(() => '---|').join('')}`, ...rows.map(line)];
}

/** What people and commands wrote stays text: no cell, link, tag or line break comes out of it. */
function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replace(/[\\|`*_[\]#]/g, (c) => `\\${c}`).replace(/\s+/g, ' ');
}
