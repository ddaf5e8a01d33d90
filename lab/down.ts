import { rmSync, existsSync } from 'node:fs';
import { allComponents } from './component-list.js';
import { labHome, labLock, toolFolder } from './paths.js';
import { forgetComponent, readRecord, runningRecord } from './process/component.js';
import { withLock } from './process/lock.js';
import { removeLoopbackAddresses } from './process/loopback.js';
import { leftoverMounts, podProcesses, unmount } from './process/leftovers.js';
import { endProcesses, stopComponent } from './process/stop.js';
import { silent, timed, type Progress } from './progress.js';
import { nameServerAddresses, siteNames, sites } from './settings.js';

export interface LabDownOptions {
  readonly progress?: Progress;
  /** Also removes the lab's folder: clusters, volumes, zones, Temporal's history. */
  readonly purge?: boolean;
}

/** Ends every process of the lab, by pid, and what the nodes ran; with `purge` removes the lab's folder too. */
export async function labDown(options: LabDownOptions = {}): Promise<void> {
  const progress = options.progress ?? silent;
  await withLock({ path: labLock(), what: 'the lab command', progress }, () => bringDown(progress, options.purge === true));
}

async function bringDown(progress: Progress, purge: boolean): Promise<void> {
  const running = allComponents().flatMap((one) => runningRecord(one) ?? []);
  const end = (chosen: (name: string) => boolean) => Promise.all(running.filter((one) => chosen(one.name)).map((one) => stopComponent(one)));
  await timed(progress, `ended ${running.length} components`, async () => {
    // From the top down, each before what it stands on: an API server without its etcd does not end in order.
    await end((name) => name.startsWith('kubelet-'));
    await endProcesses(podProcesses(toolFolder()), 2000);
    await end((name) => !name.startsWith('kubelet-') && name !== 'apiserver' && name !== 'etcd');
    await end((name) => name === 'apiserver');
    await end((name) => name === 'etcd');
  });
  // The addresses are the machine's, not this folder's: they go only with a lab that was really here.
  const wasHere = allComponents().some((component) => readRecord(component) !== undefined) || running.length > 0;
  for (const component of allComponents()) forgetComponent(component);
  // Beside the name servers': what a load balancer that was killed left behind.
  if (wasHere) await removeLoopbackAddresses([...nameServerAddresses, ...siteNames.map((name) => sites[name].address6)]);
  for (const mount of leftoverMounts(labHome())) {
    progress(`unmounting ${mount}`);
    await unmount(mount);
  }
  if (purge && existsSync(labHome())) {
    const left = leftoverMounts(labHome());
    if (left.length > 0) throw new Error(`${labHome()} is not removed, these are still mounted below it: ${left.join(', ')}`);
    await timed(progress, `removed ${labHome()}`, async () => rmSync(labHome(), { recursive: true, force: true, maxRetries: 5 }));
  }
}
