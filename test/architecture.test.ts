import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Who may import whom. Imports point inward: domain ← workflows, ports ← activities ← drivers; client sits on domain and the message
 * definitions; cli sits on client, and reaches a cluster itself where a person's own kubeconfig is meant (decisions by annotation, CRDs);
 * api sits on client; controller sits on client too, and controller/main.ts wires it to its drivers; worker.ts alone sees everything, and api/serve.ts what the API is made of. `types`: allowed as `import type` only.
 */
const table: Readonly<Record<string, { readonly values: readonly string[]; readonly types?: readonly string[] }>> = {
  domain: { values: ['domain'] },
  ports: { values: [], types: ['domain', 'ports'] },
  workflows: { values: ['domain', 'workflows', '@temporalio/workflow', '@temporalio/common'], types: ['activities', 'ports'] },
  activities: { values: ['domain', 'activities', 'node:crypto', '@temporalio/activity', '@temporalio/common'], types: ['ports'] },
  'drivers/kubernetes': { values: ['domain', 'drivers/kubernetes', 'node:', '@kubernetes/client-node', 'undici', 'ws', 'yaml'], types: ['ports'] },
  'drivers/infoscale': { values: ['domain', 'drivers/infoscale', 'drivers/kubernetes', 'node:', 'yaml', 'zod'], types: ['ports'] },
  'drivers/vvr': { values: ['domain', 'drivers/vvr', 'drivers/kubernetes', 'in-time.ts', 'node:'], types: ['ports'] },
  'drivers/dns': { values: ['domain', 'drivers/dns', 'node:'], types: ['ports'] },
  'drivers/snapshots': { values: ['domain', 'drivers/snapshots', 'drivers/kubernetes', 'node:'], types: ['ports'] },
  'drivers/journal': { values: ['domain', 'drivers/journal', 'node:', 'pg'], types: ['ports', 'settings'] },
  'drivers/oidc': { values: ['domain', 'drivers/oidc', 'jose'], types: ['ports'] },
  'drivers/memory': { values: ['domain', 'drivers/memory', 'node:'], types: ['ports'] },
  'drivers/index.ts': { values: ['domain', 'drivers/', 'node:'], types: ['ports', 'config.ts'] },
  // What every client and every worker of Temporal shares: how values become payloads, which build of the workflows is whose.
  temporal: { values: ['domain', 'temporal', 'node:', '@temporalio/common'], types: ['@temporalio/client'] },
  client: { values: ['domain', 'client', 'in-time.ts', 'temporal', 'workflows/messages.ts', 'workflows/search-attributes.ts', '@temporalio/client', '@temporalio/common', 'node:'], types: ['workflows', 'ports', 'settings'] },
  cli: { values: ['domain', 'doctor', 'by-hand', 'health', 'uninstall', 'client', 'temporal', 'cli', 'controller/main.ts', 'api/serve.ts', 'config.ts', 'drivers/snapshots', 'drivers/infoscale', 'drivers/journal', 'drivers/kubernetes/client.ts', 'commander', 'node:', '@temporalio/client'], types: ['drivers/kubernetes', 'ports'] },
  // Looks at an installation through the drivers themselves, beside Temporal: what it examines is whether a run could.
  doctor: { values: ['domain', 'doctor', 'client', 'drivers/', 'workflows/search-attributes.ts', 'node:'], types: ['config.ts', '@temporalio/client'] },
  // Takes an installation away again, through an administrator's kubeconfigs and never through a worker's.
  uninstall: { values: ['domain', 'uninstall', 'drivers/kubernetes', 'drivers/infoscale/install-definitions.ts', 'node:'], types: ['ports'] },
  // Reads the clusters themselves where there is no Temporal, with the very reading that the activity does.
  'by-hand': { values: ['domain', 'by-hand', 'activities/remains.ts', 'drivers/'], types: ['config.ts'] },
  metrics: { values: ['domain', 'metrics', 'node:'], types: ['@temporalio/common'] },
  // Answers kubelets and container engines; what there is to say is given to it.
  health: { values: ['domain', 'in-time.ts', 'node:'] },
  // Keeps what closed runs left in Temporal; who asks Temporal is given to it.
  keeper: { values: ['domain', 'keeper', 'node:'], types: ['ports'] },
  // Lines of workers, of the controller and of the API; log.ts knows nothing of Temporal.
  logging: { values: ['domain', 'logging', '@temporalio/worker', '@temporalio/activity'], types: ['settings'] },
  // One section of the configuration a file; only config.ts reads the environment and gives it to them.
  settings: { values: ['domain', 'settings', 'node:', 'zod', '@temporalio/envconfig'] },
  'drivers/controller.ts': { values: ['drivers/'], types: ['ports', 'config.ts'] },
  controller: { values: ['domain', 'client', 'controller', 'node:', '@temporalio/client'], types: ['ports'] },
  'controller/main.ts': { values: ['client', 'controller', 'logging/log.ts', 'drivers/controller.ts', 'drivers/journal', 'node:'], types: ['config.ts', '@temporalio/client'] },
  // The one way to wait no longer than so long; not of the domain, which has no clock.
  'in-time.ts': { values: [] },
  'config.ts': { values: ['domain', 'settings', 'node:', 'yaml', 'zod'] },
  api: { values: ['domain', 'client', 'api', 'in-time.ts', 'node:', 'fastify', '@fastify', 'fastify-type-provider-zod', 'prom-client', 'zod', '@temporalio/client', 'settings'], types: ['ports', 'logging'] },
  'api/serve.ts': { values: ['domain', 'client', 'api', 'config.ts', 'drivers', 'logging/log.ts', 'node:'], types: ['settings'] },
  'main.ts': { values: ['cli', 'commander'] },
  'bundle.ts': { values: ['node:', '@temporalio/worker'] },
  'worker.ts': { values: ['activities', 'cli/command.ts', 'client', 'keeper', 'metrics', '@temporalio/client', 'config.ts', 'domain', 'drivers', 'health', 'logging', 'temporal', 'node:', '@temporalio/worker'] },
};

const src = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'));

interface Import {
  readonly file: string;
  readonly what: string;
  readonly isType: boolean;
}

const statement = /^(?:import|export)\s(?:(?!^import|^export)[^;])*?from\s+'([^']+)';|^import\s+'([^']+)';/gm;

/** Import lines as they stand; the code style keeps them one statement each, so no parser is needed. */
function importsOf(file: string): readonly Import[] {
  return [...readFileSync(join(src, file), 'utf8').matchAll(statement)].map((found) => {
    const name = found[1] ?? found[2] ?? '';
    const isType = /^(import|export) type /.test(found[0]) || /^(import|export) \{(\s*type \w+(?: as \w+)?,?)+\s*\}/.test(found[0]);
    return { file, isType, what: name.startsWith('.') ? relative(src, join(src, dirname(file), name)).replace(/\.js$/, '.ts') : name };
  });
}

function roomOf(file: string): string {
  const rooms = Object.keys(table).filter((room) => file === room || file.startsWith(`${room}/`));
  return rooms.toSorted((a, b) => b.length - a.length)[0] ?? file;
}

const within = (what: string, allowed: readonly string[]) => allowed.some((a) => what === a || what.startsWith(a.endsWith(':') || a.endsWith('/') ? a : `${a}/`));

describe('The house', () => {
  test('has only rooms that the table knows', () => {
    expect(files.filter((file) => table[roomOf(file)] === undefined)).toEqual([]);
  });

  test('imports inward only', () => {
    const all = files.flatMap((file) => importsOf(file));
    const faults = all.flatMap(({ file, what, isType }) => {
      const room = roomOf(file);
      const rule = table[room];
      if (rule === undefined) return [];
      const allowed = within(what, rule.values) || (isType && within(what, rule.types ?? []));
      return allowed ? [] : [`${file} imports ${what}; ${room} may import ${[...rule.values, ...(rule.types ?? []).map((t) => `type ${t}`)].join(', ') || 'nothing'}`];
    });
    expect(all.length).toBeGreaterThan(300);
    expect(faults).toEqual([]);
  });

  test('keeps files small: one concept each', () => {
    const long = files.map((file) => [file, readFileSync(join(src, file), 'utf8').split('\n').length] as const).filter(([, lines]) => lines > 250);
    expect(long).toEqual([]);
  });

  test('keeps step files to a screen', () => {
    const long = files.filter((f) => f.startsWith('workflows/steps/')).filter((f) => readFileSync(join(src, f), 'utf8').split('\n').length > 50);
    expect(long).toEqual([]);
  });

  test('reads the environment in config.ts only', () => {
    expect(files.filter((f) => f !== 'config.ts' && /process\.env/.test(readFileSync(join(src, f), 'utf8')))).toEqual([]);
  });

  test('has no default exports', () => {
    expect(files.filter((f) => /^export default/m.test(readFileSync(join(src, f), 'utf8')))).toEqual([]);
  });
});
