import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIdOf } from '../../src/temporal/build.js';
import type { Build, Builds } from '../../src/temporal/builds.js';
import { orphans, standingOf, type Standing } from '../../src/temporal/steward.js';

function build(buildId: string, of: Partial<Build> = {}): Build {
  return { buildId, isCurrent: false, wasCurrent: false, workers: [], openRuns: [], ...of };
}

function all(...builds: readonly Build[]): Builds {
  return { builds, unversionedWorkers: [], currentIsSettled: true };
}

/** The current build became it just now. */
function justNow(...builds: readonly Build[]): Builds {
  return { ...all(...builds), currentIsSettled: false };
}

const current = (of: Partial<Build> = {}) => build('new', { isCurrent: true, wasCurrent: true, workers: ['w2'], ...of });

describe('A control worker that starts', () => {
  const rows: readonly (readonly [string, Builds, Standing])[] = [
    ['takes its place where no build is current', all(), { kind: 'take-over', from: null }],
    ['takes its place where Temporal knows builds and none is current', all(build('own')), { kind: 'take-over', from: null }],
    ['is an upgrade when Temporal has never heard of its build', all(current()), { kind: 'take-over', from: 'new' }],
    ['is an upgrade when its build polled, but was never current', all(current(), build('own', { workers: ['w1'] })), { kind: 'take-over', from: 'new' }],
    ['changes nothing when its build is current', all(build('own', { isCurrent: true, wasCurrent: true })), { kind: 'current' }],
    ['serves what it began when another build took its place', all(current(), build('own', { wasCurrent: true, openRuns: ['changeover/orders'] })), { kind: 'draining', current: 'new', openRuns: ['changeover/orders'] }],
    ['leaves its place to a build that has just taken it and is about to poll', justNow(current({ workers: [] }), build('own', { wasCurrent: true })), { kind: 'draining', current: 'new', openRuns: [] }],
    ['comes back when nobody polls with the build that took its place', all(current({ workers: [] }), build('own', { wasCurrent: true })), { kind: 'take-over', from: 'new' }],
  ];
  test.each(rows)('%s', (_, builds, standing) => {
    expect(standingOf(builds, 'own')).toEqual(standing);
  });

  test('names each open run that no control worker serves', () => {
    const builds = all(current(), build('gone', { wasCurrent: true, openRuns: ['changeover/a', 'changeover/b'] }), build('served', { workers: ['w'], openRuns: ['changeover/c'] }), build('own', { openRuns: ['changeover/d'] }));
    expect(orphans(builds, 'own')).toEqual(['a', 'b'].map((unit) => `changeover/${unit} is open on build gone, and no control worker of that build polls`));
  });
});

describe('A build', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'changeover-build-'));
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'package.json'), '{"version":"1.2.3"}');
    writeFileSync(join(folder, 'dist', 'package.json'), '{"type":"module"}');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function idOf(code: string): string {
    const bundle = join(folder, 'dist', 'workflow-bundle.js');
    writeFileSync(bundle, code);
    return buildIdOf(bundle);
  }

  test('is the version and the workflows, and nothing else', () => {
    expect(idOf('one')).toMatch(/^1\.2\.3-[0-9a-f]{12}$/);
    expect(idOf('one')).toBe(idOf('one'));
    expect(idOf('two')).not.toBe(idOf('one'));
  });
});
