import type { Edit, Mutant } from './mutant.js';

const outage = 'src/activities/outage.js';
const noDrain: Edit = { file: outage, find: 'await site.replication.awaitDrained(plan.replication, input.site, work);', replace: "['sabotaged: not read'];" };
const noStop: Edit = { file: outage, find: 'await site.workloads.ensureStopped(plan, work);', replace: '[];' };

/** Every sabotage. The finer one is, the more of the product's other checks are left to stand against it. */
export const mutants: readonly Mutant[] = [
  {
    name: 'no-drain',
    sabotage: 'does not wait until the target has every write; VVR itself refuses to migrate then, so the run is undone',
    circumstance: 'slow-replication',
    edits: [noDrain],
  },
  { name: 'no-stop', sabotage: 'does not stop the application at the source', circumstance: 'calm', edits: [noStop] },
  {
    name: 'no-stop-no-look',
    sabotage: 'does not stop the application at the source, does not look whether a volume is open, and does not drain; VVR refuses, so the run is undone',
    circumstance: 'calm',
    edits: [
      noStop,
      noDrain,
      { file: outage, find: 'await site.replication.awaitClosed(group, work);', replace: '' },
      { file: 'src/activities/crossing.js', find: 'if (view.openVolumes.length > 0)', replace: 'if (false)' },
    ],
  },
  {
    name: 'no-fence',
    sabotage: 'does not fence the source, and does not look whether the fence is on, while something scales the application up there',
    circumstance: 'scaling-up',
    edits: [
      { file: 'src/drivers/kubernetes/fence.js', find: "await label(fenced, 'on'); return await proveOn(fenced, work);", replace: "return 'sabotaged: not fenced';" },
      { file: outage, find: 'if (!fence.on)', replace: 'if (false)' },
    ],
  },
  {
    name: 'dns-first',
    sabotage: 'moves the names before the application is offline at the source',
    circumstance: 'calm',
    edits: [
      { file: 'src/workflows/planned-migration.js', find: "import { arrive, arrived } from './arrive.js';", replace: "import { arrive, arrived } from './arrive.js';\nimport { redirectTraffic } from './steps/redirect-traffic.js';" },
      { file: 'src/workflows/planned-migration.js', find: 'const offline = await take(offlineSource);', replace: 'await take(redirectTraffic);\n                const offline = await take(offlineSource);' },
    ],
  },
  { name: 'no-fsync', sabotage: 'orders acknowledges before anything is on disk, and the power fails', circumstance: 'power-cut', edits: [], noFsync: true },
];
