import { ChangeoverError } from '../../domain/errors.js';
import type { CommandResult } from '../../ports/replication.js';
import { behindBy, linkIsUp, openVolumes } from './consequences.js';
import { groupOf, others, type Core } from './core.js';
import { lostAt } from './law.js';
import type { Group, SiteState } from './state.js';

/** How a role command may end other than well. Each has been documented or seen; none is told apart by its wording. */
export type MigrateOutcome =
  /** Fails on the other host and restores the configuration: exit 1, roles as before. */
  | 'rolls-back'
  /** Done, but the exit code says otherwise. */
  | 'done-but-nonzero'
  /** Done, but no exit is received. */
  | 'done-without-exit'
  /** Not done, and no exit is received. */
  | 'undone-without-exit'
  /** No exit is received and the command lives on, until `finishCommands`. */
  | 'outlives-its-client'
  /** Exit 1 with no Primary, or with two. */
  | 'neither'
  | 'both';

export interface Roles {
  /** What the next role command comes to, once each, in order. */
  readonly next: MigrateOutcome[];
  migrate(from: SiteState, to: SiteState): CommandResult;
  takeOver(here: SiteState): CommandResult;
  /** This Primary becomes the Secondary of another one. */
  giveUp(here: SiteState): CommandResult;
  /** The others get what this Primary has. */
  resync(here: SiteState): CommandResult;
  /** Commands that outlived their client end now, done or rolled back. */
  finishCommands(how: 'done' | 'rolled-back'): void;
}

export function createRoles(core: Core): Roles {
  const next: MigrateOutcome[] = [];
  const pending: { from: Group; to: Group }[] = [];
  const become = (from: Group | null, to: Group, target: SiteState) =>
    core.change(`role swap to ${target.site}`, () => {
      if (from !== null) from.role = 'secondary';
      to.role = 'primary';
      const lost = lostAt(core, target);
      if (lost.length > 0) core.law.break(`${lost.length} acknowledged write(s) are missing at ${target.site}, which became Primary: ${lost.join(', ')}.`);
    });
  const refusal = (from: SiteState, group: Group, peer: Group): string | null => {
    if (group.role !== 'primary') return `the RVG is not Primary on ${from.site}`;
    if (peer.role !== 'secondary') return 'the other RVG is not Secondary';
    if (openVolumes(from).length > 0) return `volumes are open: ${openVolumes(from).join(', ')}`;
    if (!linkIsUp(core) || group.needsResync === true) return 'the RLINK is not connected';
    return core.link.migrateChecksBacklog && behindBy(group, peer) > 0 ? 'a Secondary is not up-to-date' : null;
  };

  return {
    next,
    migrate(from, to) {
      const group = present(core, from);
      const peer = present(core, to);
      const command = `vradmin -g ${group.diskGroup} -s migrate ${group.rvg} ${peer.host}`;
      const ended = (exitCode: number | null, output: string): CommandResult => ({ command, exitCode, output });
      const why = refusal(from, group, peer);
      if (why !== null) return ended(1, `migrate refused: ${why}`);
      const outcome = next.shift();
      switch (outcome) {
        case undefined:
          become(group, peer, to);
          return ended(0, '');
        case 'done-but-nonzero':
          become(group, peer, to);
          return ended(1, 'an error after the role change');
        case 'done-without-exit':
          become(group, peer, to);
          return ended(null, '');
        case 'undone-without-exit':
          return ended(null, '');
        case 'rolls-back':
          return ended(1, `migrate failed on ${peer.host}; original configuration restored`);
        case 'outlives-its-client':
          core.change(`role command on ${from.site}`, () => (group.liveCommands += 1));
          pending.push({ from: group, to: peer });
          return ended(null, '');
        case 'neither':
          core.change('no Primary', () => (group.role = 'secondary'));
          return ended(1, 'failed half-way');
        case 'both':
          core.change('two Primaries', () => (peer.role = 'primary'));
          return ended(1, 'failed half-way');
      }
    },
    takeOver(here) {
      const group = present(core, here);
      const command = `vradmin -g ${group.diskGroup} takeover ${group.rvg}`;
      if (group.role === 'primary') return { command, exitCode: 1, output: 'the RVG is Primary already' };
      const outcome = next.shift();
      if (outcome === 'rolls-back' || outcome === 'undone-without-exit') return { command, exitCode: outcome === 'rolls-back' ? 1 : null, output: '' };
      group.needsResync = true;
      become(null, group, here);
      return { command, exitCode: outcome === 'done-but-nonzero' ? 1 : outcome === 'done-without-exit' ? null : 0, output: '' };
    },
    giveUp(here) {
      const group = present(core, here);
      const [winner] = others(core, here).filter((peer) => groupOf(core, peer)?.role === 'primary');
      const command = `vradmin -g ${group.diskGroup} -f makesec ${group.rvg} ${groupOf(core, winner ?? here)?.host ?? ''}`;
      if (group.role !== 'primary' || winner === undefined) return { command, exitCode: 1, output: 'there are not two Primaries' };
      if (openVolumes(here).length > 0) return { command, exitCode: 1, output: `volumes are open: ${openVolumes(here).join(', ')}` };
      const outcome = next.shift();
      if (outcome === 'rolls-back' || outcome === 'undone-without-exit') return { command, exitCode: outcome === 'rolls-back' ? 1 : null, output: '' };
      core.change(`${here.site} gives the role up`, () => {
        group.role = 'secondary';
        present(core, winner).needsResync = true;
      });
      return { command, exitCode: outcome === 'done-but-nonzero' ? 1 : outcome === 'done-without-exit' ? null : 0, output: '' };
    },
    resync(here) {
      const group = present(core, here);
      const command = `vradmin -g ${group.diskGroup} fbsync ${group.rvg}`;
      if (group.role !== 'primary') return { command, exitCode: 1, output: 'the RVG is not Primary' };
      if (group.needsResync !== true) return { command: 'none: replication runs', exitCode: 0, output: '' };
      if (!linkIsUp(core)) return { command, exitCode: 1, output: 'the RLINK is not connected' };
      core.change(`resynchronisation from ${here.site}`, () => (group.needsResync = false));
      return { command, exitCode: 0, output: '' };
    },
    finishCommands(how) {
      for (const { from, to } of pending.splice(0)) {
        const target = [...core.sites.values()].find((s) => s.groups.get(to.rvg) === to);
        core.change('role command ended', () => (from.liveCommands -= 1));
        if (how === 'done' && target !== undefined) become(from, to, target);
      }
    },
  };
}

export function present(core: Core, site: SiteState): Group {
  const group = groupOf(core, site);
  if (group === null) throw new ChangeoverError('NotFound', `${site.site} has no volume group ${core.application.rvg}.`);
  return group;
}

