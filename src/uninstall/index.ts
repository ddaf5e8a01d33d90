import { ChangeoverError } from '../domain/errors.js';
import type { Kube } from '../drivers/kubernetes/kube.js';
import { removeFences } from './fences.js';
import { lookAt, refusalsAt, type SiteState } from './look.js';

/** What is asked of the whole installation. */
export interface Removal {
  /** Every site of the configuration: one that cannot be read is a reason not to remove anything anywhere. */
  readonly kubes: readonly Kube[];
  /** Workflows of ours that are open in Temporal; throws where it cannot be asked. */
  readonly openWork: () => Promise<readonly string[]>;
  /** Remove at these sites only. */
  readonly only: readonly string[];
  /** Units whose fence may go although it is on. */
  readonly unfence: readonly string[];
  readonly act: boolean;
}

export interface SiteReport {
  readonly site: string;
  /** What goes, or has gone, each a phrase; empty where nothing of ours is left to remove. */
  readonly removes: readonly string[];
  readonly leaves: readonly string[];
}

export interface RemovalReport {
  /** Why nothing is removed, each a sentence. */
  readonly refusals: readonly string[];
  readonly removed: boolean;
  readonly sites: readonly SiteReport[];
}

/** Looks at everything and, where nothing speaks against it and it is asked for, removes what our manifests and our runs installed. Idempotent. */
export async function uninstall(removal: Removal): Promise<RemovalReport> {
  const { states, refusals } = await look(removal);
  const chosen = states.filter(({ site }) => removal.only.includes(site));
  const sites = chosen.map(reportOf);
  if (refusals.length > 0 || !removal.act) return { refusals, removed: false, sites };
  // What can start a run goes first, and then everything is looked at again: a run may have begun since the first look.
  await forEachSite(removal, states, (kube, state) => removeStage(kube, state, 'parts'));
  const again = await look(removal);
  if (again.refusals.length > 0) return { refusals: ['What started runs here is already removed; fences and rights are not. The same command does the rest when this is settled.', ...again.refusals], removed: false, sites };
  await forEachSite(removal, again.states, async (kube, state) => {
    await removeFences(kube, state.fences);
    await removeStage(kube, state, 'rights');
  });
  return { refusals: [], removed: true, sites };
}

async function look({ kubes, openWork, unfence, only }: Removal): Promise<{ states: readonly SiteState[]; refusals: readonly string[] }> {
  const [open, ...looks] = await Promise.all([openWork().then((ids) => ids.map((id) => `Temporal: ${id} is open. End it first.`), (error: unknown) => [`Temporal cannot be asked for open runs: ${textOf(error)}`]), ...kubes.map((kube) => settle(kube))]);
  const states = looks.flatMap((one) => (typeof one === 'string' ? [] : [one]));
  // Rights are needed only where something is removed.
  const reasons = states.flatMap((state) => refusalsAt(only.includes(state.site) ? state : { ...state, missingRights: [] }, unfence));
  return { states, refusals: [...open, ...looks.flatMap((one) => (typeof one === 'string' ? [one] : [])), ...reasons] };
}

async function settle(kube: Kube): Promise<SiteState | string> {
  try {
    return await lookAt(kube.site, kube);
  } catch (error) {
    return `${kube.site} cannot be looked at: ${textOf(error)}`;
  }
}

function reportOf(state: SiteState): SiteReport {
  const own = state.pieces.filter(({ release }) => release === null).map(({ what }) => what);
  return { site: state.site, removes: [...state.fences.map(({ unit, on }) => `fence of ${unit} (${on ? 'on' : 'off'})`), ...own], leaves: state.leaves };
}

async function forEachSite({ kubes, only }: Removal, states: readonly SiteState[], act: (kube: Kube, state: SiteState) => Promise<unknown>): Promise<void> {
  for (const kube of kubes.filter(({ site }) => only.includes(site))) {
    const state = states.find(({ site }) => site === kube.site);
    if (state === undefined) throw new ChangeoverError('Bug', `${kube.site} was not looked at.`);
    kube.pin(state.clusterUid);
    await act(kube, state);
  }
}

/** In their order, one after the other, each only if it is still the object that was seen. */
async function removeStage(kube: Kube, { pieces }: SiteState, stage: 'parts' | 'rights'): Promise<void> {
  for (const piece of pieces.filter((one) => one.stage === stage && one.release === null)) {
    await kube.remove(piece.path, { propagation: 'Background', ...(piece.uid === undefined ? {} : { uid: piece.uid }) });
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
