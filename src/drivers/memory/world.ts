import { ChangeoverError } from '../../domain/errors.js';
import type { Ports, SitePorts } from '../../ports/index.js';
import { realClock, type Clock } from './clock.js';
import { canWrite, follow } from './consequences.js';
import { createHub, groupOf, siteOf, type Core } from './core.js';
import { createControl, intercepted, type Control, type Fault, type Listener } from './faults.js';
import { createFence } from './fence.js';
import { createAttachments, createJournal, createJournalState, type JournalState } from './journal.js';
import { assertAlways, createLawBook, judgeRest, lostAt, namedSite } from './law.js';
import { createObjects } from './objects.js';
import { createOwnership } from './ownership.js';
import { createPlans } from './plans.js';
import { createReplication } from './replication.js';
import { createRoles, type Roles } from './roles.js';
import { seedNames, seedSite } from './seed.js';
import { createSnapshots } from './snapshots.js';
import type { ApplicationSpec, LinkState, NameState, SiteState } from './state.js';
import { createTraffic } from './traffic.js';
import { createWorkloads } from './workloads.js';

export interface WorldOptions {
  readonly clock?: Clock;
  /** Site ids; the application starts at `primary`, by default the first. */
  readonly sites?: readonly string[];
  readonly primary?: string;
  readonly application?: Partial<ApplicationSpec>;
  /** Write the ownership records, as adoption would. Default true. */
  readonly adopted?: boolean;
}

export type Write = { readonly acknowledged: true; readonly id: string; readonly site: string } | { readonly acknowledged: false; readonly why: string };

/** A whole world in which every port works; for tests and for trying things out. */
export interface World {
  readonly ports: Ports;
  readonly clock: Clock;
  readonly application: ApplicationSpec;
  /** State of a site, to look at. */
  site(id: string): SiteState;
  readonly names: NameState;
  readonly link: LinkState;
  readonly journal: JournalState;
  readonly roles: Pick<Roles, 'next' | 'finishCommands'>;
  readonly calls: Control['calls'];
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Someone else acts before (default) or after each such call. Returns how to stop it. */
  on(call: string | number, listener: Listener, when?: 'before' | 'after'): () => void;
  /** Someone else changes something; consequences follow and waits look again. */
  happens(what: string, act: () => void): void;
  /** The API server and the storage of a site are out of reach; its pods go on. */
  partition(site: string): void;
  /** The site loses power. */
  powerOff(site: string): void;
  /** The site is reachable and has power again; bound pods come back without asking admission. */
  restore(site: string): void;
  /** A client writes to where the names lead. */
  writeSomewhere(): Write;
  /** Broken laws so far, and acknowledged writes missing where the data is Primary; empty when all is well. */
  law(): readonly string[];
  /** What is not as it must be when a run has ended; `away`: sites that could not be reached. */
  atRest(expected: { serves: string; away?: readonly string[] }): readonly string[];
  /** Sites that can write now. */
  writers(): readonly string[];
}

const defaultApplication: ApplicationSpec = {
  unit: 'orders',
  namespace: 'orders',
  label: 'app=orders',
  claims: ['orders-ledger', 'orders-index'],
  rvg: 'orders_rvg',
  zone: 'example.test.',
  host: 'orders.example.test.',
  ttlSeconds: 30,
};

export function createWorld(options: WorldOptions = {}): World {
  const clock = options.clock ?? realClock;
  const application = { ...defaultApplication, ...options.application };
  const ids = options.sites ?? ['east', 'west'];
  const primary = options.primary ?? ids[0] ?? 'east';
  const sites = new Map(ids.map((id, i) => [id, seedSite(id, i, { application, sites: ids, primary })]));
  const hub = createHub();
  const core: Core = {
    clock,
    application,
    sites,
    names: seedNames(application, sites, primary),
    link: { connected: true, lags: false, migrateChecksBacklog: true },
    law: createLawBook(),
    until: hub.until,
    change: (what, act) => {
      const value = act();
      follow(core);
      assertAlways(core, what);
      hub.wake();
      return value;
    },
  };
  const adopt = () => {
    for (const site of sites.values()) {
      site.ownership.set(application.unit, { unit: application.unit, epoch: 1, writer: primary, run: null, procedure: null, phase: 'free', turns: {}, clusterUid: site.clusterUid });
    }
  };
  core.change('the beginning', () => (options.adopted === false ? undefined : adopt()));

  const journal = createJournalState();
  const roles = createRoles(core);
  const control = createControl(clock, (site) => sites.get(site)?.reachable ?? true);
  const reach = (site: string, state: { reachable: boolean; powered: boolean }) =>
    core.change(`${site} ${state.reachable ? 'is back' : 'is out of reach'}`, () => Object.assign(siteOf(core, site), state, { storageReachable: state.reachable }));

  return {
    ports: portsOf(core, { control, roles, journal }),
    clock,
    application,
    site: (id) => siteOf(core, id),
    names: core.names,
    link: core.link,
    journal,
    roles,
    calls: control.calls,
    fault: (fault) => control.fault(fault),
    clearFaults: () => control.clearFaults(),
    on: (call, listener, when) => control.on(call, listener, when),
    happens: (what, act) => core.change(what, act),
    partition: (site) => void reach(site, { reachable: false, powered: true }),
    powerOff: (site) => void reach(site, { reachable: false, powered: false }),
    restore: (site) => void reach(site, { reachable: true, powered: true }),
    writeSomewhere: () => write(core),
    law: () => [...core.law.broken, ...missing(core)],
    atRest: (expected) => judgeRest(core, expected),
    writers: () => [...sites.values()].filter((s) => canWrite(core, s)).map((s) => s.site),
  };
}

function portsOf(core: Core, { control, roles, journal }: { control: Control; roles: Roles; journal: JournalState }): Ports {
  const sitePorts = new Map([...core.sites.values()].map((state) => [state.site, sitePortsOf(core, state, { control, roles })]));
  return {
    site: (id) => {
      const found = sitePorts.get(id);
      if (found === undefined) throw new ChangeoverError('NotFound', `There is no site ${id}.`);
      return found;
    },
    traffic: intercepted(control, { site: 'names', port: 'Traffic' }, createTraffic(core)),
    journal: { ...intercepted(control, { site: 'journal', port: 'Journal' }, createJournal(journal, core.clock)), attachments: intercepted(control, { site: 'journal', port: 'Attachments' }, createAttachments(journal)) },
  };
}

function sitePortsOf(core: Core, state: SiteState, { control, roles }: { control: Control; roles: Roles }): SitePorts {
  const { site } = state;
  const through = <T extends object>(port: string, target: T): T => intercepted(control, { site, port }, target);
  const base = through('Site', {
    identity: async () => ({ clusterUid: state.clusterUid, kubernetesVersion: state.kubernetesVersion }),
    clusterUid: async () => state.clusterUid,
    missingRights: async () => [...state.missingRights],
  });
  return {
    site,
    identity: () => base.identity(),
    clusterUid: () => base.clusterUid(),
    missingRights: () => base.missingRights(),
    workloads: through('Workloads', createWorkloads(core, state)),
    objects: through('Objects', createObjects(core, state)),
    fence: through('Fence', createFence(core, state)),
    ownership: through('Ownership', createOwnership(core, state)),
    plans: through('Plans', createPlans(core, state)),
    snapshots: through('Snapshots', createSnapshots(core, state)),
    replication: state.groups.size === 0 ? null : through('Replication', createReplication(core, state, roles)),
    groupOf: () => {
      const group = groupOf(core, state);
      return group === null ? null : { rvg: group.rvg, diskGroup: group.diskGroup };
    },
  };
}



function write(core: Core): Write {
  const name = namedSite(core);
  if (name === null) return { acknowledged: false, why: 'the names lead nowhere' };
  const site = siteOf(core, name);
  if (!canWrite(core, site) || !site.pods.some((p) => p.ready)) return { acknowledged: false, why: `the application does not run on ${name}` };
  const id = `w${core.law.acknowledged.length + 1}`;
  core.change(`a write at ${name}`, () => {
    groupOf(core, site)?.data.push(id);
    core.law.acknowledged.push(id);
  });
  return { acknowledged: true, id, site: name };
}

function missing(core: Core): readonly string[] {
  const primaries = [...core.sites.values()].filter((s) => groupOf(core, s)?.role === 'primary');
  const serving = primaries.length === 1 ? primaries : primaries.filter((s) => s.site === namedSite(core));
  return serving.flatMap((site) => {
    const lost = lostAt(core, site);
    return lost.length === 0 ? [] : [`${lost.length} acknowledged write(s) are missing at ${site.site}: ${lost.join(', ')}.`];
  });
}
