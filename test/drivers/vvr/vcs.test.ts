import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseVcs, vcsQuestion } from '../../../src/drivers/vvr/vcs.js';

const group = { rvg: 'orders_rvg', diskGroup: 'dg-east' };
const row = (...words: readonly string[]): string => words.join('   ');

/** As `hares -display` prints it: a header, and a row for each attribute of each resource. */
function resources(of: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  return [row('#Resource', 'Attribute', 'System', 'Value'), ...Object.entries(of).flatMap(([name, attributes]) => Object.entries(attributes).map(([key, value]) => row(name, key, 'global', value)))].join('\n');
}

const primary = { Group: 'orders_grp', Type: 'RVGPrimary', RvgResourceName: 'orders-rvg', Enabled: '1' };
const rvg = { Group: 'orders_rep', Type: 'RVG', RVG: 'orders_rvg', DiskGroup: 'dg-east' };
const groups = (frozen: Readonly<Record<string, string>> = {}): string => [row('#Group', 'Attribute', 'System', 'Value'), ...Object.entries({ AutoStart: '1', Frozen: '0', TFrozen: '0', ...frozen }).map(([key, value]) => row('orders_grp', key, 'global', value))].join('\n');
const said = (of: Parameters<typeof resources>[0], frozen?: Readonly<Record<string, string>>) => parseVcs(`${resources(of)}\n--\n${groups(frozen)}\n`, group);
const found = { name: 'orders_grp', resource: 'orders-pri', type: 'RVGPrimary', isFrozen: false };

describe('What VCS would do to the role of a volume group', () => {
  test('is to change it where one of its groups holds the resource that does', () => expect(said({ 'orders-pri': primary, 'orders-rvg': rvg })).toEqual({ state: 'read', groups: [found] }));

  test('is to change it in a parallel group too', () => expect(said({ 'orders-pri': { ...primary, Type: 'RVGSharedPri' }, 'orders-rvg': { ...rvg, Type: 'RVGShared' } }).groups).toEqual([{ ...found, type: 'RVGSharedPri' }]));

  test('is nothing while the group is frozen, for good or until VCS starts again', () => {
    for (const frozen of [{ Frozen: '1' }, { TFrozen: '1' }]) expect(said({ 'orders-pri': primary, 'orders-rvg': rvg }, frozen).groups).toEqual([{ ...found, isFrozen: true }]);
  });

  test('is taken for a change where the resource does not say whose role it changes', () => {
    expect(said({ 'orders-pri': { Group: 'orders_grp', Type: 'RVGPrimary' } }).groups).toEqual([found]);
    expect(said({ 'orders-pri': primary }).groups).toEqual([found]);
    expect(said({ 'orders-pri': primary, 'orders-rvg': { ...rvg, RVG: '' } }).groups).toEqual([found]);
  });

  const others: readonly (readonly [string, Parameters<typeof resources>[0]])[] = [
    ['resources only watch it', { 'orders-rvg': rvg, owner: { Group: 'orders_rep', Type: 'RVGLogowner', RVG: 'orders_rvg' } }],
    ['the resource is of another volume group', { 'orders-pri': primary, 'orders-rvg': { ...rvg, RVG: 'bank_rvg' } }],
    ['the resource is of a volume group of that name in another disk group', { 'orders-pri': primary, 'orders-rvg': { ...rvg, DiskGroup: 'dg-other' } }],
    ['there is no resource', {}],
  ];
  test.each(others)('is nothing where %s', (_, of) => expect(said(of)).toEqual({ state: 'read', groups: [] }));

  test('is not known from half an answer', () => expect(parseVcs(resources({ 'orders-rvg': rvg }), group).state).toBe('unreadable'));
});

describe('The question', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vcs-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function answer(commands: Readonly<Record<string, string>>) {
    for (const [name, body] of Object.entries(commands)) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    const [shell = '', ...rest] = vcsQuestion;
    const { status, stdout } = spawnSync(shell, rest, { env: { PATH: `${folder}:/usr/bin:/bin` }, encoding: 'utf8' });
    return { status, ...parseVcs(stdout, group) };
  }

  test('never fails: not where VCS is not installed, and not where its engine is silent', () => {
    expect(answer({})).toEqual({ status: 0, state: 'absent', groups: [] });
    expect(answer({ hares: 'exit 1', hagrp: 'exit 1' })).toEqual({ status: 0, state: 'unreadable', groups: [] });
    expect(answer({ hares: `echo "${row('orders-pri', 'Type', 'global', 'RVGPrimary')}"`, hagrp: 'exit 1' }).state).toBe('unreadable');
  });

  test('is answered by both commands together', () => {
    const text = (lines: string): string => `cat <<'END'\n${lines}\nEND`;
    expect(answer({ hares: text(resources({ 'orders-pri': primary, 'orders-rvg': rvg })), hagrp: text(groups()) })).toEqual({ status: 0, state: 'read', groups: [found] });
  });
});
