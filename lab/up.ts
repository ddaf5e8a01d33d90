import { allComponents } from './component-list.js';
import { ensureComponents, type Components } from './components/ensure.js';
import { linksSpec, readLinks } from './links/links.js';
import { namesUp } from './names/names.js';
import { checkSocketPath, labLock, vvrdSocket } from './paths.js';
import { installProduct } from './product.js';
import { seconds, silent, type Progress } from './progress.js';
import { runningRecord } from './process/component.js';
import { withLock } from './process/lock.js';
import { removeLoopbackAddresses } from './process/loopback.js';
import { Starter } from './process/starter.js';
import { labSettings, nameServerAddresses, siteNames, sites, type LabSettings, type SiteName } from './settings.js';
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
  return withLock({ path: labLock(), what: 'the lab command', progress, signal: options.signal }, () => bringUp({ progress, settings, signal: options.signal }));
}

async function bringUp({ progress, settings, signal }: {
  readonly progress: Progress; readonly settings: LabSettings; readonly signal: AbortSignal | undefined;
}): Promise<Components> {
  const began = performance.now();
  const components = await ensureComponents(progress, signal);
  signal?.throwIfAborted();
  installTools(components);
  // The first failure ends the other branches too: nobody should wait for what will be taken back.
  const failed = new AbortController();
  const starter = new Starter({ progress, signal: signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]) });
  const context: LabContext = { starter, components, settings };
  const branches = [
    starter.ensure(linksSpec(), async () => (await readLinks()).length > 0),
    namesUp(starter, components.named, settings),
    temporalUp(starter, components.temporal),
    ...siteNames.map((name) => siteAndProductUp(context, name)),
  ].map((branch) => branch.catch((error: unknown) => failed.abort(error)));
  // All are awaited, failed or not: taking back must not race with a start that is still under way.
  await Promise.all(branches);
  if (failed.signal.aborted) {
    await starter.takeBack();
    if (allComponents().every((one) => runningRecord(one) === undefined)) await removeLoopbackAddresses(nameServerAddresses);
    throw failed.signal.reason;
  }
  progress(`the lab is up (${seconds(performance.now() - began)})`);
  return components;
}

async function siteAndProductUp(context: LabContext, name: SiteName): Promise<void> {
  await siteUp(context, sites[name]);
  const installed = await installProduct(sites[name]);
  context.starter.progress(installed ? `installed the product at ${name}` : `no manifests in deploy/: the product is not installed at ${name}`);
}
