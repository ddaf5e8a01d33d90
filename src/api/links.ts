import type { Installation } from './request.js';
import type { RunRow } from './verbs.js';

/** Where a run is found, relative to the server. */
export function linksOf(run: string): { readonly self: string; readonly events: string; readonly decisions: string; readonly record: string; readonly report: string } {
  const self = `/v1/runs/${encodeURIComponent(run)}`;
  return { self, events: `${self}/events`, decisions: `${self}/decisions`, record: `${self}/record`, report: `${self}/report` };
}

/** The DR plan of a run, for the question who may do what with it. */
export function planOf(row: RunRow, { planNamespace }: Installation): { readonly namespace: string; readonly name: string } {
  return { namespace: row.namespace ?? planNamespace, name: row.plan };
}
