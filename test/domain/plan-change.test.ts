import { answerTo, howToConfirm, type OpenRun, type PlanFacts } from '../../src/domain/plan-change.js';

const plan: PlanFacts['plan'] = {
  unit: { namespace: 'infoscale-vtas', name: 'orders' }, uid: 'u', generation: 2, specPrimary: 'west', statusPrimary: 'east',
  force: false, terminating: false, proposedBy: null, managedBy: [], answered: 'u/1 orders-0', writer: { manager: 'kubectl-patch', operation: 'Update' },
};

/** A person patched the plan of a unit that rests at east, on east, to west. */
const asked: PlanFacts = { site: 'east', sites: ['east', 'west', 'north'], plan, change: { from: 'east', to: 'west' }, ownership: { writer: 'east', run: null }, run: null };

const run: OpenRun = { run: 'orders-1', source: 'east', target: 'west', line: 'before' };
const patchedBack: PlanFacts = { ...asked, run, change: { from: 'west', to: 'east' }, plan: { ...plan, specPrimary: 'east', proposedBy: 'orders-1' } };
const of = (facts: Partial<PlanFacts>, object: Partial<PlanFacts['plan']> = {}): PlanFacts => ({ ...asked, ...facts, plan: { ...(facts.plan ?? plan), ...object } });
const back = (facts: Partial<PlanFacts>, object: Partial<PlanFacts['plan']> = {}): PlanFacts => ({ ...patchedBack, ...facts, plan: { ...patchedBack.plan, ...object } });

describe('A plan whose primary differs from its status', () => {
  test('starts a run when a person was seen to change it on the source', () => {
    expect(answerTo(asked)).toEqual({ kind: 'start', source: 'east', target: 'west' });
  });

  test.each<[string, PlanFacts, string, RegExp]>([
    ['it was never adopted', of({ ownership: null }), 'needs-adoption', /^$/],
    ['ownership names a run that Temporal does not know', of({ ownership: { writer: 'east', run: 'orders-9' } }), 'needs-confirmation', /orders-9/],
    ['its status was emptied', of({}, { statusPrimary: null }), 'needs-confirmation', /status\.primaryCluster is empty/],
    ['this generation was answered before', of({}, { answered: 'u/2 orders-1' }), 'needs-confirmation', /answered once/],
    ['a run that is gone proposed it', of({}, { proposedBy: 'orders-9' }), 'needs-confirmation', /orders-9 proposed west/],
    ['nobody was seen to change it', of({ change: null }), 'needs-confirmation', /found to be west/],
    ['GitOps keeps it', of({}, { managedBy: ['Argo CD tracks it (a: b)'] }), 'refuse', /Argo CD.*exclude spec\.primaryCluster/],
    ['nobody knows who wrote it', of({}, { writer: null }), 'needs-confirmation', /did not record who/],
    ['a manifest was applied by the server', of({}, { writer: { manager: 'kubectl', operation: 'Apply' } }), 'needs-confirmation', /manifest was applied/],
    ['a manifest was applied by the client', of({}, { writer: { manager: 'kubectl-client-side-apply', operation: 'Update' } }), 'needs-confirmation', /manifest was applied/],
    ['a manifest replaced it', of({}, { writer: { manager: 'kubectl-replace', operation: 'Update' } }), 'needs-confirmation', /manifest was applied/],
    ['it has force', of({}, { force: true }), 'refuse', /force is true/],
    ['nobody may write', of({ ownership: { writer: null, run: null } }), 'refuse', /Nobody may write/],
    ['it was changed on the target', of({ site: 'west' }), 'refuse', /east is primary: a migration is asked for there, never on west/],
    ['it is a stale copy', of({ change: { from: 'north', to: 'west' } }, { statusPrimary: 'north' }), 'refuse', /stale copy/],
    ['the site is unknown', of({ change: { from: 'east', to: 'mars' } }, { specPrimary: 'mars' }), 'refuse', /no site mars/],
    ['it came from a third site', of({ change: { from: 'north', to: 'west' } }), 'needs-confirmation', /went from north to west/],
    ['what was seen is not what is there', of({ change: { from: 'east', to: 'north' } }), 'needs-confirmation', /went from east to north/],
  ])('starts nothing when %s', (_, facts, kind, sentence) => {
    const answer = answerTo(facts);
    expect(answer.kind).toBe(kind);
    expect('reason' in answer ? answer.reason : '').toMatch(sentence);
  });

  test('asks nothing when both say the same, whoever changed it last', () => {
    expect(answerTo(of({ ownership: { writer: 'west', run: null } }, { statusPrimary: 'west' }))).toEqual({ kind: 'nothing' });
    expect(answerTo(of({ change: { from: 'west', to: 'east' } }, { specPrimary: 'east' }))).toEqual({ kind: 'nothing' });
  });

  test('is a stale copy when both say the same and the ownership record says another site', () => {
    const stale = of({ change: null }, { statusPrimary: 'west' });
    expect(answerTo(stale)).toMatchObject({ kind: 'needs-confirmation', reason: expect.stringMatching(/says that west is primary, but the ownership record on east says east: this plan is a stale copy/) });
    expect(answerTo({ ...stale, change: { from: 'east', to: 'west' } })).toMatchObject({ kind: 'refuse' });
    // While a run holds it, its end decides.
    expect(answerTo({ ...stale, ownership: { writer: 'east', run: 'orders-1' } })).toEqual({ kind: 'nothing' });
  });

  test('is to be adopted where there is no record, even when both say the same', () => {
    expect(answerTo(of({ ownership: null, change: null }, { specPrimary: 'east' }))).toEqual({ kind: 'needs-adoption' });
  });

  test.each([
    ['is answered again when the object was made anew', { answered: 'other/2 orders-1' }],
    ['is answered again in another generation', { answered: 'u/1 orders-1' }],
  ])('%s', (_, object) => {
    expect(answerTo(of({}, object)).kind).toBe('start');
  });
});

describe('A plan that is changed while its run is open', () => {
  test.each<[string, PlanFacts, string, RegExp]>([
    ['back to the source, before the line, cancels', patchedBack, 'cancel', /changed back to east/],
    ['back to the source, before the run has looked, cancels', back({ run: { ...run, source: null } }, { proposedBy: null }), 'cancel', /changed back to east/],
    ['back to the source, at the crossing, is explained', back({ run: { ...run, line: 'crossing' } }), 'explain', /are being swapped/],
    ['back to the source, after the line, is explained', back({ run: { ...run, line: 'after' } }), 'explain', /have been swapped/],
    ['back to the source, on the target, is refused', back({ site: 'west' }), 'refuse', /is cancelled on east/],
    ['back to the source, by a manifest, is refused', back({}, { writer: { manager: 'kubectl-client-side-apply', operation: 'Update' } }), 'refuse', /cancels no run/],
    ['back to the source, under GitOps, is refused', back({}, { managedBy: ['Fleet tracks it'] }), 'refuse', /cancels no run/],
    ['to a third site is refused', back({ change: { from: 'west', to: 'north' } }, { specPrimary: 'north' }), 'refuse', /north was ignored/],
    ['back to the source by the run itself is nothing', back({}, { writer: { manager: 'changeover', operation: 'Update' }, proposedBy: null }), 'nothing', /^$/],
    ['to where the run goes is nothing', of({ run }), 'nothing', /^$/],
    ['by nobody is nothing', back({ change: null }), 'nothing', /^$/],
  ])('%s', (_, facts, kind, sentence) => {
    const answer = answerTo(facts);
    expect(answer.kind).toBe(kind);
    expect('reason' in answer ? answer.reason : 'message' in answer ? answer.message : '').toMatch(sentence);
  });

  test('explains what becomes of the run when the plan is deleted', () => {
    expect(answerTo(of({ run }, { terminating: true }))).toMatchObject({ kind: 'explain', message: expect.stringContaining('undone, or held') });
    expect(answerTo(of({}, { terminating: true }))).toEqual({ kind: 'nothing' });
  });
});

describe('How to confirm', () => {
  test('names both commands, for the site where they count', () => {
    const how = howToConfirm(plan, 'east');
    expect(how).toContain('on east: kubectl -n infoscale-vtas patch drplan orders --type merge -p \'{"spec":{"primaryCluster":"east"}}\' and then kubectl');
    expect(how).toContain('changeover migrate orders --to west --reason "…"');
  });

  test('of an emptied status is to adopt again', () => {
    expect(howToConfirm({ ...plan, specPrimary: 'east', statusPrimary: null }, 'east')).toBe('To write the status again: changeover adopt orders');
  });

  test('of a stale copy is to correct what stands there', () => {
    const status = 'kubectl -n infoscale-vtas patch drplan orders --subresource status --type merge -p \'{"status":{"primaryCluster":"east"}}\'';
    expect(howToConfirm({ ...plan, specPrimary: 'east', statusPrimary: 'west' }, 'east')).toBe(`If east is right, correct the copy here: ${status}. See: changeover status orders`);
    expect(howToConfirm({ ...plan, specPrimary: 'west', statusPrimary: 'west' }, 'east')).toContain(`${status} and then kubectl -n infoscale-vtas patch drplan orders --type merge -p '{"spec":{"primaryCluster":"east"}}'`);
  });
});
