import { promotionOf } from '../../src/domain/status.js';
import type { Story } from './story.js';

/** Which way a promotion goes, which site gives up by it, and which one serves afterwards, in a migration from east to west. */
export const sides = [['promote-source', 'west', 'east'], ['promote-target', 'east', 'west']] as const;

export const quick = { commandTimeoutMs: 1_000, outageBudgetMs: 20_000 };

/** Somebody at the storage sets both roles; of two Primaries, west has a write that nobody else has. */
export function makeRoles(story: Story, now: 'both' | 'neither'): void {
  story.world.happens('someone at the storage', () => {
    for (const site of ['east', 'west']) for (const group of story.world.site(site).groups.values()) Object.assign(group, { role: now === 'both' ? 'primary' : 'secondary', needsResync: false });
    if (now === 'both') story.world.site('west').groups.forEach(({ data }) => data.push('stray'));
  });
}

/** A migration whose swap leaves these roles, as far as it goes without a person. */
export async function crossedInto(story: Story, roles: 'both' | 'neither', options: typeof quick & { attestations?: number } = quick): Promise<void> {
  story.world.roles.next.push(roles);
  if (roles === 'both') story.when('Replication.migrate', () => story.world.on('Replication.migrate', () => makeRoles(story, 'both'), 'after'));
  await story.migrate({ options });
}

/** A person decides, and types what it costs. */
export async function promote(story: Story, kind: 'promote-source' | 'promote-target', gives: string): Promise<void> {
  await story.decide(kind, { statement: promotionOf(gives) });
  await story.goOn();
}

/** The commands by which roles are settled and replication begun again, in their order. */
export function promotionsCommanded(story: Story): readonly string[] {
  const named = ['Replication.giveUp', 'Replication.takeOver', 'Replication.resync'];
  return story.world.calls.filter(({ call }) => named.includes(call)).map(({ site, call }) => `${site} ${call.slice('Replication.'.length)}`);
}

/** The sites that hold the write which only west had. */
export function strays(story: Story): readonly string[] {
  return ['east', 'west'].filter((site) => [...story.world.site(site).groups.values()].some(({ data }) => data.includes('stray')));
}
