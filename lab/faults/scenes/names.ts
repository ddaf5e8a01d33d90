import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { faultComponent } from '../../fault.js';
import { updateKeyPath } from '../../names/names.js';
import { nameServers, sites } from '../../settings.js';
import type { Fault } from '../fault.js';

const run = promisify(execFile);

/** One change of the lab's zone with its own key, by a tool that knows nothing of a run. */
async function nsupdate(...lines: readonly string[]): Promise<void> {
  const { address, port } = nameServers.primary;
  const script = [`server ${address} ${port}`, 'zone example.test.', ...lines, 'send'].join('\n');
  const child = run('nsupdate', ['-k', updateKeyPath()], { timeout: 10_000 });
  child.child.stdin?.end(`${script}\n`);
  await child;
}

const setAddress = (name: string, address: string) => nsupdate(`update delete ${name} A`, `update add ${name} 1 A ${address}`);

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
