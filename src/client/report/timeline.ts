import type { Bar, Moment } from './content.js';
import { html, type Html } from './markup.js';

/** Pixels. */
const WIDTH = 960;
const LABELS = 190;
const ROW = 22;
const TOP = 34;
const LEAST_BAR = 2;

/** Steps over time, with the outage behind them: one drawing that needs nothing from outside. */
export function timeline(bars: readonly Bar[], moments: readonly Moment[]): Html {
  if (bars.length === 0) return html``;
  const from = Math.min(...bars.map((b) => b.from));
  const to = Math.max(...bars.map((b) => b.to), from + 1);
  const x = (at: number): number => Math.round(10 * (LABELS + ((at - from) / (to - from)) * (WIDTH - LABELS - 10))) / 10;
  const height = TOP + bars.length * ROW + 8;
  const outages = bars.filter(({ kind }) => kind === 'outage');
  const width = (bar: Bar): number => Math.max(LEAST_BAR, x(bar.to) - x(bar.from));
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="timeline of the run">
${outages.map((o) => html`<rect class="behind" x="${x(o.from)}" y="${TOP - 6}" width="${width(o)}" height="${height - TOP}"/>`)}
<text x="${LABELS}" y="14" class="axis">${new Date(from).toISOString()}</text><text x="${WIDTH - 10}" y="14" class="axis" text-anchor="end">${((to - from) / 1000).toFixed(1)} s later</text>
${moments.filter(({ at }) => at >= from && at <= to).map((m) => html`<line class="moment" x1="${x(m.at)}" x2="${x(m.at)}" y1="20" y2="${height}"><title>${m.label}</title></line>`)}
${bars.map((bar, i) => html`<text x="${LABELS - 8}" y="${TOP + i * ROW + 14}" text-anchor="end">${bar.label}</text><rect class="${bar.kind}" x="${x(bar.from)}" y="${TOP + i * ROW + 3}" width="${width(bar)}" height="${ROW - 8}"><title>${bar.label}: ${((bar.to - bar.from) / 1000).toFixed(2)} s</title></rect>`)}
</svg>`;
}
