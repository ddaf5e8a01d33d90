import { ChangeoverError, courseOf, errorTable, type ErrorCode } from '../../src/domain/errors.js';
import { told } from '../harness/story.js';

const codes = Object.keys(errorTable) as ErrorCode[];
/** One code of each family that does what its family says. */
const plain = codes.filter((code) => code === 'Bug' || (errorTable[code].before === undefined && errorTable[code].after === undefined));
const one = [...new Map(plain.map((code) => [errorTable[code].family, code] as const)).entries()];

describe('What the table of errors says of a run', () => {
  test.each(one)('is so for %s (%s) before the line: tried again or undone', (family, code) =>
    told({}, async (story) => {
      story.world.fault({ call: 'Objects.ensureStaged', when: 'before', error: new ChangeoverError(code, 'It is so.') });
      await story.migrate();
      const { phase } = await story.status();
      expect([family, phase]).toEqual([family, courseOf(code).again === 'no' ? 'undone' : 'completed']);
      expect(courseOf(code).before).toMatch(/undoes itself/);
      expect(story.faults(phase === 'completed' ? 'west' : 'east')).toEqual([]);
    }));

  test.each(one)('is so for %s (%s) after the line: tried again or held', (family, code) =>
    told({}, async (story) => {
      story.world.fault({ call: 'Traffic.ensureReverse', when: 'before', error: new ChangeoverError(code, 'It is so.') });
      await story.migrate();
      const { phase, held } = await story.status();
      expect([family, phase]).toEqual([family, courseOf(code).again === 'no' ? 'held' : 'completed']);
      expect(courseOf(code).after).toMatch(/held/);
      expect(held === null ? null : [held.step, held.code, held.advice]).toEqual(courseOf(code).again === 'no' ? ['reverse-names', code, errorTable[code].advice] : null);
    }));

  test('is so for a server that asks for less: it gets two seconds between two tries', () =>
    told({}, async (story) => {
      const at: number[] = [];
      story.world.on('Traffic.ensureReverse', ({ at: when }) => void at.push(when));
      story.world.fault({ call: 'Traffic.ensureReverse', when: 'before', times: 2, error: new ChangeoverError('Throttled', 'Too many requests.') });
      await story.migrate();
      expect((await story.status()).phase).toBe('completed');
      expect(at).toHaveLength(3);
      expect(at.map((when, i) => (i === 0 ? 2_000 : when - (at[i - 1] ?? 0))).filter((pause) => pause < 2_000)).toEqual([]);
    }));
});
