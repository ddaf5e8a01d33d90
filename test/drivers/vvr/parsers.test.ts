import { ownRole, localHost, parsePrintrvg } from '../../../src/drivers/vvr/printrvg.js';
import { parsePrintvol } from '../../../src/drivers/vvr/printvol.js';
import { readable } from '../../../src/drivers/vvr/redact.js';
import { parseRepstatus } from '../../../src/drivers/vvr/repstatus.js';
import { isQuiet, missingOf, notDrained, notProtected } from '../../../src/drivers/vvr/vocabulary.js';
import { notClosed } from '../../../src/drivers/vvr/vxprint.js';
import { configErrors, printrvgAt, printvol, repstatusHealthy, repstatusInitialSync, vxprint } from './texts.js';

describe('repstatus', () => {
  test('a healthy report is read field by field', () => {
    expect(parseRepstatus(repstatusHealthy, 'orders_rvg')).toEqual({
      primaryHost: 'east-vvr.example.test',
      rvgState: 'enabled for I/O',
      configErrors: [],
      secondaries: [{
        host: 'west-vvr.example.test',
        dataStatus: 'consistent, up-to-date',
        replicationStatus: 'replicating (connected)',
        loggingTo: 'SRL',
        behind: '0h 0m 0s',
        mode: 'asynchronous',
        bandwidth: 'N/A',
      }],
    });
  });

  test('a Secondary in its first synchronisation is neither drained nor protected, for three reasons', () => {
    const report = parseRepstatus(repstatusInitialSync, 'hr_rvg');
    expect(report?.secondaries).toHaveLength(1);
    for (const judge of [notDrained, notProtected]) {
      expect(report?.secondaries.flatMap(judge)).toHaveLength(3);
    }
    expect(report?.secondaries.flatMap(notDrained).join(' ')).toContain('DCM (contains 169728 Kbytes) (autosync)');
  });

  test('every line under Config Errors is an error', () => {
    const report = parseRepstatus(repstatusHealthy + configErrors, 'orders_rvg');
    expect(report?.configErrors).toEqual([expect.stringContaining('stale information')]);
    expect(report?.secondaries).toHaveLength(1);
  });

  test('a report about another RVG, and no report, are nothing', () => {
    expect(parseRepstatus(repstatusHealthy, 'other_rvg')).toBeNull();
    expect(parseRepstatus('VxVM VVR vradmin ERROR\n', 'orders_rvg')).toBeNull();
  });

  test('several Secondaries are all read', () => {
    const second = repstatusHealthy.slice(repstatusHealthy.indexOf('Secondary:')).replace('west-vvr', 'north-vvr');
    const report = parseRepstatus(`${repstatusHealthy}\n${second}`, 'orders_rvg');
    expect(report?.secondaries.map(({ host }) => host)).toEqual(['west-vvr.example.test', 'north-vvr.example.test']);
  });
});

describe('the vocabulary', () => {
  const healthy = parseRepstatus(repstatusHealthy, 'orders_rvg')?.secondaries[0];
  if (healthy === undefined) throw new Error('the healthy report has a Secondary');

  test('a healthy Secondary misses nothing', () => {
    expect(notDrained(healthy)).toEqual([]);
    expect(notProtected(healthy)).toEqual([]);
  });

  test.each([
    [{ dataStatus: 'consistent, behind' }],
    [{ dataStatus: 'consistent, up-to-date (maybe)' }],
    [{ dataStatus: 'consistent' }],
    [{ dataStatus: '' }],
    [{ replicationStatus: 'replicating (disconnected)' }],
    [{ replicationStatus: 'replicating' }],
    [{ replicationStatus: 'paused by user' }],
    [{ loggingTo: 'DCM (contains 0 Kbytes)' }],
    [{ loggingTo: 'SRL and DCM' }],
    [{ loggingTo: 'SRLX' }],
    [{ loggingTo: 'N/A' }],
  ])('%j is not drained', (change) => {
    expect(notDrained({ ...healthy, ...change })).toHaveLength(1);
  });

  test('an SRL with a size behind it is an SRL', () => {
    expect(notDrained({ ...healthy, loggingTo: 'SRL (0 Kbytes behind, 0 % full)' })).toEqual([]);
  });

  test('being a moment behind protects, being stale does not', () => {
    expect(notProtected({ ...healthy, dataStatus: 'consistent, behind' })).toEqual([]);
    expect(notProtected({ ...healthy, dataStatus: 'consistent, stale' })).toHaveLength(1);
  });

  test('a planned Secondary that is not reported, and a report without any, are missed', () => {
    const report = parseRepstatus(repstatusHealthy, 'orders_rvg');
    if (report === null) throw new Error('the healthy report is readable');
    expect(missingOf(report, ['West-VVR.example.test'], notDrained)).toEqual([]);
    expect(missingOf(report, ['north-vvr.example.test'], notDrained)).toEqual(['The Secondary north-vvr.example.test is not reported.']);
    expect(missingOf({ ...report, secondaries: [] }, [], notDrained)).toEqual(['No Secondary is reported.']);
  });

  test('only the documented quiet state is quiet', () => {
    expect(isQuiet('enabled for I/O')).toBe(true);
    for (const state of ['', 'disabled for I/O', 'acting secondary', 'enabled for I/O (migrate in progress)']) expect(isQuiet(state)).toBe(false);
  });
});

describe('printrvg', () => {
  test('the block of the local host says the role', () => {
    for (const side of ['primary', 'secondary'] as const) {
      const report = parsePrintrvg(printrvgAt(side), 'orders_rvg');
      if (report === null) throw new Error('printrvg is readable');
      expect(ownRole(report)).toBe(side);
    }
  });

  test('no local host, or two, is no role', () => {
    for (const text of [printrvgAt('primary').replace('<localhost>', ''), printrvgAt('primary').replace('west-vvr.example.test', 'west <localhost>')]) {
      const report = parsePrintrvg(text, 'orders_rvg');
      expect(report === null ? null : ownRole(report)).toBe('unreadable');
    }
  });

  test('a mark without a blank before it is understood', () => {
    const report = parsePrintrvg(printrvgAt('secondary').replace(' <localhost>', '<localhost>'), 'orders_rvg');
    expect(report === null ? null : localHost(report)).toEqual({
      role: 'secondary', host: 'west-vvr.example.test', rvg: 'orders_rvg', diskGroup: 'vrts_kube_dg-west', local: true, state: null,
    });
  });

  test('an acting secondary cannot write, wherever it is listed', () => {
    const report = parsePrintrvg(printrvgAt('primary', 'acting secondary'), 'orders_rvg');
    expect(report === null ? null : ownRole(report)).toBe('secondary');
  });
});

describe('printvol', () => {
  test('volumes are paired', () => {
    expect(parsePrintvol(printvol)).toEqual([
      { name: 'orders-ledger-vol', sectors: 131072, dcm: true, peerName: 'orders-ledger-vol', peerSectors: 131072, peerDcm: true },
      { name: 'orders-index-vol', sectors: 32768, dcm: true, peerName: 'orders-index-vol', peerSectors: 32768, peerDcm: true },
    ]);
  });

  test('a volume without a counterpart and one without a DCM are seen', () => {
    const text = printvol
      .replace('v    orders-index-vol        orders-index-vol', 'v    orders-index-vol')
      .replace('sz   32768                   32768', 'sz   32768')
      .replace(/fl {3}DCM {21}DCM\n$/, 'fl                           DCM\n');
    expect(parsePrintvol(text)[1]).toEqual({ name: 'orders-index-vol', sectors: 32768, dcm: false, peerName: null, peerSectors: null, peerDcm: null });
  });

  test('a dash is nothing', () => {
    const text = printvol.replace(/DCM {21}DCM\n$/, 'DCM                     -\n').replace('v    orders-ledger-vol       orders-ledger-vol', 'v    orders-ledger-vol       -').replace('131072                  131072', '131072                  -');
    expect(parsePrintvol(text)).toMatchObject([{ peerName: null, peerSectors: null, peerDcm: null }, { dcm: true, peerDcm: false }]);
  });

  test('with several Secondaries the one that differs is shown', () => {
    const text = printvol.replace('SECONDARY', 'SECONDARY               SECONDARY').replaceAll(/^(v|sz|pn|fl) .*$/gm, (row) => `${row}       ${row.trim().split(/\s+/)[2]}`)
      .replace('131072       131072', '131072       99');
    expect(parsePrintvol(text)[0]).toMatchObject({ sectors: 131072, peerSectors: 99 });
  });

  test('text that is no table holds no volumes', () => {
    expect(parsePrintvol('ERROR\n')).toEqual([]);
  });
});

describe('vxprint', () => {
  const both = ['orders-ledger-vol', 'orders-index-vol'];

  test('only a volume that says so is closed', () => {
    expect(notClosed(vxprint({ 'orders-ledger-vol': 'closed writecopy', 'orders-index-vol': 'open writecopy writeback' }), both)).toEqual(['orders-index-vol']);
    expect(notClosed(vxprint({ 'orders-ledger-vol': 'closed', 'orders-index-vol': 'closed' }), both)).toEqual([]);
  });

  test('a missing volume and an unknown flag count as open', () => {
    expect(notClosed(vxprint({ 'orders-ledger-vol': 'closed' }), both)).toEqual(['orders-index-vol']);
    expect(notClosed(vxprint({ 'orders-ledger-vol': 'closing', 'orders-index-vol': '' }), both)).toEqual(both);
  });
});

test('a command\'s output is cut and shows no secret', () => {
  expect(readable('ok', 'token=abc Password: hunter2')).toBe('ok\ntoken=[redacted] Password: [redacted]');
  expect(readable('x'.repeat(5_000), '')).toHaveLength(2_000);
});
