import { InvalidArgumentError, type Command } from 'commander';
import { connect } from '../client/connect.js';
import { openWork } from '../client/runs.js';
import { configPath, loadConfig, noFiles, type Config } from '../config.js';
import { ChangeoverError } from '../domain/errors.js';
import { createKube, type OwnedKube } from '../drivers/kubernetes/client.js';
import type { RemovalReport } from '../uninstall/index.js';
import { report, subcommand, type CommonOptions } from './command.js';
import { exitCode } from './exit.js';

interface Flags extends CommonOptions {
  site?: string[];
  kubeconfig: Readonly<Record<string, string>>;
  unfence: string[];
  yes?: true;
}

export function uninstallCommand(): Command {
  return subcommand('uninstall', 'say what would be removed, what stays, and what speaks against it; remove it with --yes')
    .option('--site <site...>', 'remove at these sites only; every site is looked at all the same')
    .option('--kubeconfig <site=file>', "look and remove at this site with this kubeconfig (an administrator's) instead of the configuration's; once per site", collect, {})
    .option('--unfence <unit...>', 'remove the fence of this unit although it is on: it stands by, and the storage role alone keeps it from writing', [])
    .option('--yes', 'remove it')
    .action(async (flags: Flags) => {
      try {
        const removal = await removed(flags);
        console.log(flags.output === 'json' ? JSON.stringify(removal) : textOf(removal));
        process.exitCode = removal.refusals.length > 0 ? exitCode.refused : exitCode.ok;
      } catch (error) {
        process.exitCode = report(error, flags.output);
      }
    });
}

async function removed(flags: Flags): Promise<RemovalReport> {
  // Only this command and the doctor reach clusters by themselves: the others must not wait for the drivers to be read.
  const { uninstall } = await import('../uninstall/index.js');
  const config = loadConfig(configPath(flags.config), noFiles);
  const known = Object.keys(config.sites);
  const unknown = [...Object.keys(flags.kubeconfig), ...(flags.site ?? [])].filter((site) => !known.includes(site));
  if (unknown.length > 0) throw new ChangeoverError('Invalid', `There is no site ${unknown.join(', ')}. Sites are: ${known.join(', ')}.`);
  const kubes: OwnedKube[] = [];
  try {
    for (const [site, settings] of Object.entries(config.sites)) kubes.push(createKube({ site, kubeconfig: flags.kubeconfig[site] ?? settings.kubeconfig }));
    return await uninstall({ kubes, openWork: () => openIn(config), only: flags.site ?? known, unfence: flags.unfence, act: flags.yes === true });
  } finally {
    await Promise.all(kubes.map((kube) => kube.close()));
  }
}

async function openIn(config: Config): Promise<readonly string[]> {
  const client = await connect(config.temporal);
  try {
    return await openWork(client);
  } finally {
    await client.connection.close();
  }
}

/** What stays wherever the product stood, and no API server can tell. */
const elsewhere = ['the record (journal) of all runs', 'configuration files and keys', "Temporal's namespace with its histories and search attributes", 'workers, controllers and APIs that run outside these clusters: stop them'];

function textOf({ refusals, removed: done, sites }: RemovalReport): string {
  const heading = refusals.length > 0 ? 'Refused:' : done ? 'Removed.' : 'Nothing was changed. --yes removes what is listed.';
  const list = (title: string, entries: readonly string[]) => [`  ${title}`, ...(entries.length === 0 ? ['    nothing'] : entries.map((entry) => `    ${entry}`))];
  return [
    heading,
    ...refusals.map((reason) => `  - ${reason}`),
    ...sites.flatMap(({ site, removes, leaves }) => [site, ...list(done ? 'removed' : 'would remove', removes), ...list('leaves', leaves)]),
    'elsewhere', ...list('leaves', elsewhere),
  ].join('\n');
}

function collect(value: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = value.indexOf('=');
  if (at < 1 || at === value.length - 1) throw new InvalidArgumentError('SITE=FILE');
  return { ...before, [value.slice(0, at)]: value.slice(at + 1) };
}
