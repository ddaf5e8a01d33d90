import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findComponent } from '../../lab/component-list.js';
import { parseDuration } from '../../lab/fault.js';
import { checkSocketPath } from '../../lab/paths.js';
import { componentFiles, readRecord, runningRecord, type ComponentSpec } from '../../lab/process/component.js';
import { identityOf, isAlive } from '../../lab/process/identity.js';
import { Starter } from '../../lab/process/starter.js';
import { stopComponent } from '../../lab/process/stop.js';
import { labSettings } from '../../lab/settings.js';
import { silent } from '../../lab/progress.js';

let home: string;
let before: string | undefined;

beforeEach(() => {
  before = process.env['CHANGEOVER_LAB_HOME'];
  home = mkdtempSync(join(tmpdir(), 'a lab '));
  process.env['CHANGEOVER_LAB_HOME'] = home;
});

afterEach(() => {
  if (before === undefined) delete process.env['CHANGEOVER_LAB_HOME'];
  else process.env['CHANGEOVER_LAB_HOME'] = before;
  rmSync(home, { recursive: true, force: true });
});

const shell = (script: string, listens: ComponentSpec['listens'] = []): ComponentSpec => ({
  id: 'shell', scope: 'test', name: 'shell', command: '/bin/sh', args: ['-c', script], listens,
});
const said = (text: string) => async (): Promise<boolean> => readFileSync(componentFiles(shell('')).log, 'utf8').includes(text);

describe('a component of the lab', () => {
  test('is started once, found again, and ended together with its children', async () => {
    const starter = new Starter({ progress: silent });
    const spec = shell('sleep 60 & echo child $!; wait');
    const record = await starter.ensure(spec, said('child'));
    expect((await starter.ensure(spec, said('child'))).identity).toEqual(record.identity);
    const child = identityOf(Number(/child (\d+)/.exec(readFileSync(componentFiles(spec).log, 'utf8'))?.[1]));
    expect(child !== undefined && isAlive(child)).toBe(true);
    await stopComponent(record);
    expect(isAlive(record.identity) || (child !== undefined && isAlive(child))).toBe(false);
    expect(readRecord(spec)).toBeUndefined();
  });

  test('that ignores SIGTERM is killed after its grace', async () => {
    const starter = new Starter({ progress: silent });
    const record = await starter.ensure(shell('trap "" TERM; echo deaf; while :; do sleep 1; done'), said('deaf'));
    await stopComponent(record, 100);
    expect(isAlive(record.identity)).toBe(false);
  });

  test('that ends while it is awaited is told with the end of its log', async () => {
    const starter = new Starter({ progress: silent });
    await expect(starter.ensure(shell('echo cannot read the file; exit 3'), async () => false)).rejects.toThrow(/it ended.*; its log ends with\ncannot read the file/);
  });

  test('does not start when its port is taken, and the message names the port', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const starter = new Starter({ progress: silent });
    const spec = shell('sleep 60', [{ host: '127.0.0.1', port }]);
    await expect(starter.ensure(spec, async () => true)).rejects.toThrow(new RegExp(`port ${port} on 127\\.0\\.0\\.1 is in use .*shell needs it`));
    expect(runningRecord(spec)).toBeUndefined();
    holder.close();
  });

  test('is taken back by the starter that started it, and left alone by one that found it', async () => {
    const first = new Starter({ progress: silent });
    const spec = shell('echo up; sleep 60');
    const record = await first.ensure(spec, said('up'));
    const second = new Starter({ progress: silent });
    await second.ensure(spec, said('up'));
    await second.takeBack();
    expect(isAlive(record.identity)).toBe(true);
    await first.takeBack();
    expect(isAlive(record.identity)).toBe(false);
  });

  test('is not taken for a later process with its number', () => {
    const own = identityOf(process.pid);
    expect(own !== undefined && isAlive(own)).toBe(true);
    expect(own !== undefined && isAlive({ ...own, startTicks: '1' })).toBe(false);
    expect(own !== undefined && isAlive({ ...own, bootId: 'another boot' })).toBe(false);
  });
});

describe('what a person gives the lab', () => {
  test('settings are read, and all their faults are told together', () => {
    expect(labSettings({})).toEqual({ ttlSeconds: 5, attachRequired: false, audit: false });
    expect(labSettings({ CHANGEOVER_LAB_TTL: '30', CHANGEOVER_LAB_ATTACH_REQUIRED: 'true', CHANGEOVER_LAB_AUDIT: 'true' })).toEqual({ ttlSeconds: 30, attachRequired: true, audit: true });
    expect(() => labSettings({ CHANGEOVER_LAB_TTL: 'x', CHANGEOVER_LAB_ATTACH_REQUIRED: '1' })).toThrow(/CHANGEOVER_LAB_TTL .*; CHANGEOVER_LAB_ATTACH_REQUIRED/);
  });

  test('a socket path that Linux would cut off is refused with its length', () => {
    expect(() => checkSocketPath('x'.repeat(107))).not.toThrow();
    expect(() => checkSocketPath('x'.repeat(108))).toThrow(/108 bytes, Linux allows 107/);
  });

  test('durations carry their unit, and an unknown component is answered with the known ones', () => {
    expect([parseDuration('200ms'), parseDuration('1.5s'), parseDuration('30')]).toEqual([200, 1500, 30]);
    expect(() => parseDuration('soon')).toThrow(/no duration/);
    expect(findComponent('vvrd-west')).toEqual({ id: 'vvrd-west', scope: 'west', name: 'vvrd' });
    expect(() => findComponent('vvrd')).toThrow(/vvrd-east/);
  });
});
