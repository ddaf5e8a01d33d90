import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scopeFolder } from '../../lab/paths.js';
import { waitFor } from '../../lab/process/wait.js';
import { withApi } from '../../lab/scenario/application.js';
import { siteNames, type SiteName } from '../../lab/settings.js';
import { askVvrd } from '../../lab/site/vvrd-client.js';

/** What is different from a quick application on a near, idle link. */
export interface Conditions {
  /** Which of them, from 1. */
  readonly n: number;
  readonly what: string;
  /** Seconds that the container's preStop hook takes, and that the readiness probe waits. */
  readonly stop?: number;
  readonly start?: number;
  /** Seconds for which the target is behind when the move is asked for, over a link of 1 MB/s. */
  readonly backlog?: number;
  /** Seconds; the DNS object's, and so what the names get back after the move. */
  readonly ttl?: number;
  /** What the storage's role command takes: nothing says so beforehand. */
  readonly migrateMs?: number;
  readonly unforeseeable?: boolean;
}

const all: readonly Omit<Conditions, 'n'>[] = [
  { what: 'nothing is remembered' },
  { what: 'as before' },
  { what: 'stops in 3 s, TTL 10 s', stop: 3, ttl: 10 },
  { what: 'stops in 6 s', stop: 6 },
  { what: 'backlog of 24 s, TTL 1 s', backlog: 24, ttl: 1 },
  { what: 'backlog of 36 s, TTL 5 s', backlog: 36, ttl: 5 },
  { what: 'stops in 3 s, backlog of 28 s', stop: 3, backlog: 28, ttl: 5 },
  { what: 'starts in 4 s', start: 4 },
  { what: 'starts in 4 s, stops in 2 s, TTL 3 s', start: 4, stop: 2, ttl: 3 },
  { what: 'backlog of 30 s, starts in 3 s, TTL 2 s', backlog: 30, start: 3, ttl: 2 },
  { what: 'as at first, TTL 8 s', ttl: 8 },
  { what: 'vradmin migrate takes 2 s, for the first time', migrateMs: 2_000, unforeseeable: true },
  { what: 'vradmin migrate takes 2 s again', migrateMs: 2_000 },
];

/** `3-7`: from the third to the seventh; left out: all. Null: no such moves. */
export function conditionsOf(range: string | undefined): readonly Conditions[] | null {
  const numbered = all.map((conditions, index) => ({ n: index + 1, ...conditions }));
  if (range === undefined) return numbered;
  const [, from = '', to = from] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
  const chosen = numbered.filter(({ n }) => n >= Number(from) && n <= Number(to));
  return from === '' || chosen.length === 0 ? null : chosen;
}

const LINK_BYTES_PER_SECOND = 1_000_000;

/** At the site where the application runs; what it becomes there moves with it. */
export async function apply({ stop = 0, start = 0, ttl, backlog, migrateMs = 0 }: Conditions, at: SiteName): Promise<void> {
  unburden(at);
  for (const site of siteNames) {
    await askVvrd(site, { op: 'sim', set: { migrateMs, bandwidthBytesPerSec: backlog === undefined ? 0 : LINK_BYTES_PER_SECOND } });
    if (ttl !== undefined) await withApi(site, (api) => api.request('PATCH', '/apis/infoscale.veritas.com/v1/namespaces/infoscale-vtas/dns/orders-dns', { value: { spec: { ttl } }, type: 'application/merge-patch+json' }));
  }
  await withApi(at, async (api) => {
    const path = '/apis/apps/v1/namespaces/orders/deployments/orders';
    const deployment = (await api.request('GET', path)) as { spec: { template: { spec: { containers: { readonly name: string; readonly readinessProbe?: object }[] } } } };
    const containers = deployment.spec.template.spec.containers.map((container, i) =>
      i > 0 ? container : { ...container, lifecycle: stop === 0 ? null : { preStop: { exec: { command: ['sleep', String(stop)] } } }, readinessProbe: { ...container.readinessProbe, initialDelaySeconds: start } },
    );
    await api.request('PATCH', path, { value: { spec: { template: { spec: { containers } } } }, type: 'application/merge-patch+json' });
    await waitFor(async () => isRolledOut((await api.request('GET', path)) as RolledOut), { what: `orders to run as changed at ${at}`, deadlineMs: 60_000 });
  });
}

/** Gives the replication something to carry right before the move: a file beside the ledger, as somebody's import would leave one. */
export function burden({ backlog = 0, n }: Conditions, at: SiteName): void {
  if (backlog > 0) writeFileSync(join(ledgerFolder(at), `import-${n}`), randomBytes(backlog * LINK_BYTES_PER_SECOND));
}

/** What an earlier move carried would be written anew when the roles change. */
function unburden(at: SiteName): void {
  const folder = ledgerFolder(at);
  for (const name of readdirSync(folder).filter((one) => one.startsWith('import-'))) rmSync(join(folder, name));
}

function ledgerFolder(at: SiteName): string {
  return join(scopeFolder(at), 'volumes', 'rvg', 'orders_rvg', 'current', 'orders-ledger-vol');
}

interface RolledOut {
  readonly metadata: { readonly generation: number };
  readonly status?: { readonly observedGeneration?: number; readonly replicas?: number; readonly updatedReplicas?: number; readonly readyReplicas?: number };
}

function isRolledOut({ metadata, status }: RolledOut): boolean {
  return status?.observedGeneration === metadata.generation && status.replicas === 1 && status.updatedReplicas === 1 && status.readyReplicas === 1;
}
