import type { Plan } from '../../src/domain/plan.js';
import { defaultOptions } from '../../src/domain/request.js';
import type { Work } from '../../src/ports/work.js';

/** A plan as small as a contract needs it; `changes` is what the test is about. */
export function planOf(changes: Partial<Plan>): Plan {
  return {
    run: 'run-1',
    procedure: 'planned-migration',
    epoch: 5,
    unit: { namespace: 'infoscale-vtas', name: 'orders' },
    source: 'east',
    target: 'west',
    members: ['east', 'west'],
    clusterUids: {},
    application: { namespace: 'orders', labels: [] },
    volumes: [],
    replication: null,
    names: null,
    request: { reason: 'test', requestedBy: { name: 'test', verified: false, via: 'library' }, requestedAt: '2026-01-01T00:00:00Z', options: defaultOptions },
    digest: '',
    ...changes,
  };
}

/** Work that keeps what was reported. `guard` may be replaced by one that refuses. */
export function workOf(options: { guard?: () => Promise<void>; signal?: AbortSignal } = {}): Work & { readonly reports: readonly string[] } {
  const reports: string[] = [];
  return { guard: options.guard ?? (async () => undefined), report: (message) => void reports.push(message), signal: options.signal ?? new AbortController().signal, reports };
}
