import type { ReportContent, Section } from './content.js';
import { html, type Html } from './markup.js';
import { timeline } from './timeline.js';

/** Inline, so that the file needs nothing and runs nothing; it prints as it looks. */
const style = html`
:root{color-scheme:light dark;--line:#8886;--outage:#d33;--done:#2a7;--failed:#d80;--undone:#88a;--held:#a4c}
body{font:15px/1.45 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
h1{margin:0 0 .2rem}h2{margin:2rem 0 .4rem}
.verdict{padding:.5rem .8rem;border-left:4px solid var(--done);background:#8881}.verdict.broken{border-color:var(--outage);font-weight:600}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{font-weight:600;white-space:nowrap}td:first-child{white-space:nowrap}
svg{width:100%;height:auto;font:12px system-ui,sans-serif;fill:currentColor}.axis{opacity:.7}
.behind{fill:var(--outage);opacity:.12}.outage{fill:var(--outage)}.done{fill:var(--done)}.failed{fill:var(--failed)}.undone{fill:var(--undone)}.held{fill:var(--held)}.moment{stroke:currentColor;stroke-dasharray:3 3;opacity:.6}
@media print{body{margin:0;max-width:none}}`;

/** One self-contained file. The policy in it forbids everything but its own style, should anything ever get through the escaping. */
export function htmlReport(content: ReportContent, ok: boolean): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${content.title}</title><style>${style}</style></head>
<body>
<h1>${content.title}</h1>
<p class="verdict${ok ? '' : ' broken'}">${content.verdict}</p>
<table>${content.facts.map(([label, value]) => html`<tr><th>${label}</th><td>${value}</td></tr>
`)}</table>
<h2>Timeline</h2>
${timeline(content.bars, content.moments)}
${content.sections.map(sectionOf)}
</body></html>
`.text;
}

function sectionOf({ heading, columns, rows }: Section): Html {
  return html`<h2>${heading}</h2>
<table><tr>${columns.map((column) => html`<th>${column}</th>`)}</tr>
${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>
`)}</table>
`;
}
