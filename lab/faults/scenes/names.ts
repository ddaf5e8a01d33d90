import { execFile } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { faultComponent } from '../../fault.js';
import { updateKeyName } from '../../names/named-conf.js';
import { updateKeyPath } from '../../names/names.js';
import { scopeFolder } from '../../paths.js';
import { waitFor } from '../../process/wait.js';
import { nameServers, sites } from '../../settings.js';
import type { Fault } from '../fault.js';
import type { Stage } from '../stage.js';

const run = promisify(execFile);

const RESTART_MS = 20_000;
const SERVFAIL_MS = 5_000;

/** One change of the lab's zone with its own key, by a tool that knows nothing of a run. */
async function nsupdate(...lines: readonly string[]): Promise<void> {
  const { address, port } = nameServers.primary;
  const script = [`server ${address} ${port}`, 'zone example.test.', ...lines, 'send'].join('\n');
  const child = run('nsupdate', ['-k', updateKeyPath()], { timeout: 10_000 });
  child.child.stdin?.end(`${script}\n`);
  await child;
}

/** The primary name server starts again after something was done to its files. */
async function restarted(stage: Stage, change: (folder: string) => void): Promise<void> {
  await faultComponent('crash', 'named-primary');
  change(scopeFolder('names'));
  stage.say(await waitFor(() => faultComponent('restart', 'named-primary'), { what: 'named-primary to start again', deadlineMs: RESTART_MS, intervalMs: 200 }));
}

/** Without its file a zone is not loaded, and everything asked of it is answered with SERVFAIL. */
const moveZone = (from: string, to: string) => (folder: string) => {
  for (const end of ['', '.jnl']) {
    const path = (suffix: string): string => join(folder, 'primary', `example.test.zone${end}${suffix}`);
    if (existsSync(path(from))) renameSync(path(from), path(to));
  }
};

const grantUpdates = (from: string, to: string) => (folder: string) => {
  const file = join(folder, 'primary.conf');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(`grant ${from}`, `grant ${to}`));
};

export const setAddress = (name: string, address: string): Promise<void> => nsupdate(`update delete ${name} A`, `update add ${name} 1 A ${address}`);

export const deleteRecord = (name: string): Promise<void> => nsupdate(`update delete ${name} A`);

/** What goes wrong with names. */
export const nameFaults: readonly Fault[] = [
  {
    name: 'name-server-silent-before',
    title: 'One of two name servers does not answer before the run',
    how: 'the link `dns-secondary` is cut',
    must: 'Refuse, name the server, change nothing.',
    ends: ['refused'],
    async play(stage) {
      await stage.link('dns-secondary', 'cut');
      await stage.migrate();
      await stage.ended();
      await stage.link('dns-secondary', 'ok');
    },
    tests: [{ file: 'test/migration/links.test.ts', title: 'to the second name server, before the run: it is refused, and nothing was changed' }],
  },
  {
    name: 'name-server-silent-after',
    title: 'One of two name servers stops answering once the names are to move',
    how: '`named-secondary` is stopped in its tracks when the target is activated, and goes on when the run waits for it',
    must: 'Wait for every authoritative server; nothing is completed before each answers with the target.',
    ends: ['completed'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('activate-target', stage.target);
      stage.say(await faultComponent('pause', 'named-secondary'));
      try {
        await stage.until('the names to have moved', ({ steps }) => steps.some(({ name, state }) => name === 'redirect-traffic' && state !== 'running'));
      } finally {
        stage.say(await faultComponent('resume', 'named-secondary'));
      }
      await stage.ended();
    },
    tests: [{ file: 'test/lab/dns.test.ts', title: 'a server that never comes to answer is named when waiting ends' }],
  },
  {
    name: 'name-server-refuses-updates',
    title: 'The primary name server refuses our updates before the run',
    how: '`named-primary` is started again with a policy that grants them to another key, until the run is over',
    must: 'Refuse, name the server, change nothing.',
    ends: ['refused'],
    async play(stage) {
      await restarted(stage, grantUpdates(updateKeyName, 'another.'));
      await stage.migrate();
      await stage.ended();
      await restarted(stage, grantUpdates('another.', updateKeyName));
    },
    tests: [{ file: 'test/domain/checks/names.test.ts', title: 'A server that refuses our updates refuses' }],
  },
  {
    name: 'name-server-servfail',
    title: 'The primary name server answers SERVFAIL when the names are to move',
    how: '`named-primary` is started again without the file of the zone when the target is activated, and five seconds later with it',
    must: 'Ask again, and complete when it answers.',
    ends: ['completed'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('activate-target', stage.target);
      await restarted(stage, moveZone('', '.away'));
      await pause(SERVFAIL_MS);
      await restarted(stage, moveZone('.away', ''));
      await stage.ended();
    },
    tests: [{ file: 'test/lab/dns.test.ts', title: 'a server that never comes to answer is named when waiting ends' }],
  },
  {
    name: 'record-changed',
    title: 'Someone else changes the record in the middle of the outage',
    how: 'nsupdate gives `orders.example.test` a third address when the application stops, and that of the target when the run is held',
    must: 'Overwrite nothing, hold, name the record; go on when a person has decided which value is right.',
    ends: ['completed'],
    async play(stage) {
      await stage.migrate();
      await stage.begun('offline-source');
      await setAddress('orders.example.test.', '127.99.0.1');
      const { held } = await stage.held();
      if (held?.step !== 'redirect-traffic') throw new Error(`held at ${held?.step}, not at redirect-traffic`);
      await setAddress('orders.example.test.', sites[stage.target].address4);
      await stage.decide('retry', 'the record is right now', '--step', 'redirect-traffic');
      await stage.ended();
    },
    tests: [{ file: 'test/lab/dns.test.ts', title: 'a third value stops everything, and the message names the record and both values' }],
  },
];
