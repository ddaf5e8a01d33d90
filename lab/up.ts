import { mkdirSync } from 'node:fs';
import { ensureComponents, type Components } from './components/ensure.js';
import { linksSpec, readLinks } from './links/links.js';
import { namesUp } from './names/names.js';
import { checkSocketPath, labHome, vvrdSocket } from './paths.js';
import { installProduct } from './product.js';
import { seconds, silent, type Progress } from './progress.js';
import { Starter } from './process/starter.js';
import { labSettings, siteNames, sites, type LabSettings } from './settings.js';
import { installTools, siteUp, type LabContext } from './site/site.js';
import { temporalUp } from './temporal/temporal.js';

export interface LabUpOptions {
  readonly progress?: Progress;
  /** Ends the start early; what it had started by then is taken back. */
  readonly signal?: AbortSignal;
  readonly settings?: LabSettings;
}

/**
 * Brings the whole lab up, starting only what does not run yet. When it fails or is interrupted, it ends
 * what it started itself and leaves what ran before.
 * @returns the programs in use.
 */
export async function labUp(options: LabUpOptions = {}): Promise<Components> {
  const progress = options.progress ?? silent;
  const settings = options.settings ?? labSettings();
  if (process.getuid?.() !== 0) throw new Error('the lab needs root: its nodes mount volumes into pods, and its addresses stand on the loopback interface');
  for (const site of siteNames) checkSocketPath(vvrdSocket(site));
  const began = performance.now();
  const components = await ensureComponents(progress);
  options.signal?.throwIfAborted();
  mkdirSync(labHome(), { recursive: true });
  installTools(components);
  const starter = new Starter({ progress, signal: options.signal });
  const context: LabContext = { starter, components, settings };
  // All branches are awaited, failed or not: a take-back must not race with a start that is still under way.
  const outcomes = await Promise.allSettled([
    starter.ensure(linksSpec(), async () => (await readLinks()).length > 0).then(() => siteBranches(context)),
    namesUp(starter, components.named, settings),
    temporalUp(starter, components.temporal),
  ]);
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  if (failures.length > 0) {
    await starter.takeBack();
    throw failures.length === 1 ? failures[0] : new AggregateError(failures, failures.map(String).join('; '));
  }
  progress(`the lab is up (${seconds(performance.now() - began)})`);
  return components;
}

async function siteBranches(context: LabContext): Promise<void> {
  const outcomes = await Promise.allSettled(siteNames.map(async (name) => {
    await siteUp(context, sites[name]);
    const installed = await installProduct(sites[name]);
    context.starter.progress(installed ? `installed the product at ${name}` : `no manifests in deploy/: the product is not installed at ${name}`);
  }));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
}
