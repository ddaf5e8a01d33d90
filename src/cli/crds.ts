import { Argument, type Command } from 'commander';
import { configPath, loadConfig, noFiles } from '../config.js';
import { ChangeoverError } from '../domain/errors.js';
import { installDefinitions, type InstalledDefinition } from '../drivers/infoscale/install-definitions.js';
import { yamlOf } from '../drivers/infoscale/manifests.js';
import { definitionObjects } from '../drivers/infoscale/schema/index.js';
import { createKube } from '../drivers/kubernetes/client.js';
import { report, subcommand, type CommonOptions } from './command.js';
import { exitCode } from './exit.js';

interface Flags extends CommonOptions {
  site?: string;
  kubeconfig?: string;
}

const sentences: Readonly<Record<InstalledDefinition['outcome'], string>> = {
  installed: 'was not there; installed',
  ours: 'is there, and is ours; left as it is',
  theirs: "is there, and is not ours (InfoScale's operator, as a rule); left as it is",
};

/** The CRDs of the DR objects, for clusters where InfoScale's operator has not installed them. */
export function crdsCommand(): Command {
  return subcommand('crds', 'the definitions of the DR objects: print them, or install those that a cluster lacks')
    .addArgument(new Argument('<action>', 'print, or install').choices(['print', 'install']))
    .option('--site <site>', 'install on this site only (default: on every site of the configuration)')
    .option('--kubeconfig <file>', 'install with this kubeconfig instead; the account needs to get and create customresourcedefinitions')
    .action(async (action: 'print' | 'install', flags: Flags) => {
      try {
        await (action === 'print' ? print(flags) : install(flags));
        process.exitCode = exitCode.ok;
      } catch (error) {
        process.exitCode = report(error, flags.output);
      }
    });
}

async function print({ output }: Flags): Promise<void> {
  console.log(output === 'json' ? JSON.stringify(definitionObjects()) : yamlOf("The documented shapes of InfoScale's DR objects, for clusters that lack them.", definitionObjects()).trimEnd());
}

async function install(flags: Flags): Promise<void> {
  const all: (InstalledDefinition & { site: string })[] = [];
  for (const { site, kubeconfig } of clustersOf(flags)) {
    const kube = createKube({ site, kubeconfig });
    try {
      for (const one of await installDefinitions(kube)) {
        all.push({ site, ...one });
        if (flags.output === 'text') console.log(`${site}: ${one.name} ${sentences[one.outcome]}`);
      }
    } finally {
      await kube.close();
    }
  }
  if (flags.output === 'json') console.log(JSON.stringify(all));
}

/** With a kubeconfig of the person's own, nothing of the configuration is needed. */
function clustersOf({ site, kubeconfig, config }: Flags): readonly { site: string; kubeconfig: string }[] {
  if (kubeconfig !== undefined) return [{ site: site ?? 'this cluster', kubeconfig }];
  const { sites } = loadConfig(configPath(config), noFiles);
  const wanted = Object.entries(sites).filter(([id]) => site === undefined || id === site);
  if (wanted.length === 0) throw new ChangeoverError('Invalid', `There is no site ${site ?? ''}. Sites are: ${Object.keys(sites).join(', ')}.`);
  return wanted.map(([id, settings]) => ({ site: id, kubeconfig: settings.kubeconfig }));
}
