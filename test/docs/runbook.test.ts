import { ChangeoverError, errorTable } from '../../src/domain/errors.js';
import { decide, type Role } from '../../src/domain/roles.js';
import { told, type Story } from '../harness/story.js';
import { read, rowsOf, section } from './markdown.js';
import { allSteps } from './steps.js';

const text = read('docs/runbook.md');
const roles: readonly Role[] = ['primary', 'secondary', 'unreadable'];

/** First cells of the tables under a heading, without the marks of code. */
const listed = (heading: string, ...columns: readonly string[]) => rowsOf(section(text, heading), ...columns).map(([first = '']) => first.replaceAll('`', ''));

const namesOf = async (story: Story) => (await story.status()).steps.map(({ name }) => name);

/** The steps of a way back, or of the way forward after it, before they arrive. */
async function wayBack(how: 'goes on' | 'is given up'): Promise<readonly string[]> {
  let names: readonly string[] = [];
  await told({}, async (story) => {
    story.world.fault({ call: 'Objects.assertVolumesBound', site: 'west', when: 'before', error: new ChangeoverError('ObjectChanged', 'A claim is bound elsewhere.') });
    if (how === 'is given up') story.world.fault({ call: 'Workloads.ensureStopped', site: 'west', when: 'before', error: new ChangeoverError('ObjectChanged', 'A workload is not as it was.') });
    await story.migrate();
    await story.decide('turn-back');
    await story.goOn();
    if (how === 'is given up') {
      await story.decide('go-forward');
      await story.goOn();
    }
    expect(story.closed()).toBe('completed');
    names = await namesOf(story);
  });
  return names.slice(0, names.indexOf('activate-target'));
}

describe('The runbook', () => {
  test('has every code of the table, and no other', () => {
    expect(listed('By code', 'code', 'what to look at', 'what to do')).toEqual(Object.keys(errorTable));
  });

  test('has every reason for which a crossing is held, and no other', () => {
    const verdicts = roles.flatMap((source) => roles.map((target) => decide({ source, target })));
    const reasons = verdicts.flatMap((verdict) => (verdict.kind === 'held' ? [verdict.reason] : []));
    expect(listed('The role swap is held', 'symptom', 'what it means', 'what to do').toSorted()).toEqual([...new Set([...reasons, 'OutcomeUnknown'])].toSorted());
  });

  test('has every step that can be held after the line, and no other', () =>
    told({}, async (story) => {
      await story.migrate();
      const ran = await namesOf(story);
      const forward = ran.slice(ran.indexOf('swap-roles') + 1);
      expect([...listed('After the line', 'held step', 'what it means', 'what to do'), ...listed('Forward only', 'held step', 'what it means', 'what to do')]).toEqual(forward);
    }));

  test('has every step that can be held on the way back, and when that is given up, and no other', async () => {
    const steps = [...(await wayBack('goes on')), ...(await wayBack('is given up'))];
    expect(listed('A way back, or its giving up', 'held step', 'what it means', 'what to do').toSorted()).toEqual([...new Set(steps)].toSorted());
  });

  test('has every undo that can be held, and no other', async () => {
    const withUndo = (await allSteps()).filter((step) => step.undo !== undefined).map((step) => step.name);
    expect(listed('A held undo', 'held undo', 'what it means', 'what to do').toSorted()).toEqual(withUndo.toSorted());
  });

  test('tells each time what it means and what to do, in whole sentences', () => {
    const rows = text.split('\n').filter((line) => line.startsWith('| ') && !/^\| (symptom|held|code) /.test(line));
    expect(rows.filter((row) => !/\.\*{0,2} \|$/.test(row))).toEqual([]);
  });
});
