/** The `lab` command: up, down, status, logs, fault. */
import { Command } from 'commander';
import { componentFaults, faultComponent, faultLink, type ComponentFault } from './fault.js';
import { labDown } from './down.js';
import { showLogs } from './logs.js';
import { labHome } from './paths.js';
import { labStatus, statusTable } from './status.js';
import { labUp } from './up.js';
import { addresses } from './addresses.js';

const say = (line: string): void => console.log(line);

const program = new Command('lab').description('two Kubernetes sites, replicated storage, name servers and Temporal on this machine');

program.command('up').description('start whatever does not run yet').action(async () => {
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new Error('interrupted: what had been started was ended again'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  await labUp({ progress: say, signal: interrupted.signal });
  say(addresses());
});

program.command('down').description('end every process of the lab')
  .option('--purge', `also remove ${labHome()}`, false)
  .action(async (options: { purge: boolean }) => labDown({ progress: say, purge: options.purge }));

program.command('status').description('what runs, and how the links stand')
  .option('--json', 'as one JSON object', false)
  .action(async (options: { json: boolean }) => {
    const status = await labStatus();
    say(options.json ? JSON.stringify(status) : statusTable(status));
  });

program.command('logs').description('the end of the logs').argument('[component]')
  .option('-f, --follow', 'go on showing what comes', false)
  .action(async (component: string | undefined, options: { follow: boolean }) => {
    process.exitCode = await showLogs({ component, follow: options.follow });
  });

program.command('fault').description('switch a link, or harm a component')
  .argument('<what>', `a link (or vvr for both directions of replication), or one of ${componentFaults.join(', ')}`)
  .argument('<how>', 'a mode (ok, slow, cut, reset), or the component')
  .option('--latency <duration>', 'for slow: each way', '200ms')
  .action(async (what: string, how: string, options: { latency: string }) => {
    const ofComponent = componentFaults.includes(what as ComponentFault);
    say(ofComponent ? await faultComponent(what as ComponentFault, how) : await faultLink(what, how, options.latency));
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(`lab: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
