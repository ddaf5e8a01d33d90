import type { Check } from '../../../src/domain/checks/check.js';
import * as ownership from '../../../src/domain/checks/ownership/index.js';
import { aFacts, aSite, said, type FactsChange } from '../facts.js';

const ours = { run: 'orders-1' };

const rows: readonly (readonly [string, Check, FactsChange, RegExp])[] = [
  ['A site without a record refuses and says how to adopt', ownership.unitIsAdopted, { target: { ownership: null } }, /west has no ownership record .*changeover adopt orders/],
  ['A third member without a record refuses', ownership.unitIsAdopted, { others: [aSite('north', { ownership: null })] }, /north has no ownership record/],
  ['Records of different epochs refuse', ownership.recordsAreEqual, { target: { ownership: { epoch: 3 } } }, /disagree .*epoch 4.*epoch 3/],
  ['Records with different writers refuse', ownership.recordsAreEqual, { target: { ownership: { writer: null } } }, /writer nobody/],
  ['Records held by different runs refuse', ownership.recordsAreEqual, { target: { ownership: ours } }, /run none.*run orders-1/],
  ['A third member of another epoch refuses', ownership.recordsAreEqual, { others: [aSite('north', { ownership: { epoch: 9 } })] }, /north: epoch 9/],
  ['A unit that another run holds refuses', ownership.unitIsFree, { source: { ownership: { run: 'orders-0' } } }, /run orders-0 holds orders/],
  ['A unit that another run holds refuses at the recheck too', ownership.unitIsFree, { holder: 'orders-1', target: { ownership: { run: 'orders-0' } } }, /west: run orders-0/],
  ['A source that may not write refuses', ownership.sourceIsTheWriter, { source: { ownership: { writer: null } } }, /nobody may write/],
  ['A primary other than the expected one refuses', ownership.primaryIsTheExpectedOne, { request: { expectedPrimary: 'west' } }, /expected west .* but it is east/],
];

describe('Checks of ownership', () => {
  test.each(rows)('%s', (_, check, change, reason) => {
    expect(said(check, aFacts())).toEqual([]);
    expect(said(check, aFacts(change)).join('\n')).toMatch(reason);
  });

  test('A unit that this run holds is free for it at the recheck, and for nobody at preflight', () => {
    const held = { source: { ownership: ours }, target: { ownership: ours } };
    expect(said(ownership.unitIsFree, aFacts({ ...held, holder: 'orders-1' }))).toEqual([]);
    expect(said(ownership.unitIsFree, aFacts(held))).toHaveLength(2);
  });

  test('A third site without the plan carries no lock and is not asked', () => {
    const stranger = aSite('north', { plan: null, ownership: null });
    for (const check of Object.values(ownership)) expect(said(check, aFacts({ others: [stranger] }))).toEqual([]);
  });

  test('The expected primary holds', () => {
    expect(said(ownership.primaryIsTheExpectedOne, aFacts({ request: { expectedPrimary: 'east' } }))).toEqual([]);
  });
});
