import { exitCode } from '../../src/cli/exit.js';
import { createProgram } from '../../src/cli/program.js';
import { loadConfig } from '../../src/config.js';
import { aSiteConfig, aZoneConfig, ConfigFolder } from '../cli/support.js';
import { read, root, rowsOf, section } from './markdown.js';

const text = read('README.md');

/** Every key of a value, at any depth; keys that are names of sites or DataReplications are left out by the caller. */
function keysOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]) : [];
}

describe('The README', () => {
  test('names every subcommand with what it says of itself', () => {
    const listed = rowsOf(text, 'subcommand', 'what it does').map(([name = '']) => /^`([a-z-]+)/.exec(name)?.[1]);
    expect(listed).toEqual(createProgram().commands.map((command) => command.name()));
  });

  test('names every option of every subcommand that only some have', () => {
    const common = ['--config', '--output', '--help', '--reason', '--id', '--step'];
    const usage = section(text, 'The command');
    const options = createProgram().commands.flatMap((command) => command.options.map((option) => option.long ?? ''));
    expect([...new Set([...options, ...common.slice(0, 2)])].filter((option) => !usage.includes(option))).toEqual([]);
  });

  test('names every exit code', () => {
    const listed = rowsOf(section(text, 'Exit codes'), 'code', 'meaning').map(([code]) => Number(code));
    expect(listed).toEqual(Object.values(exitCode));
  });

  test('names every key of the configuration', () => {
    const folder = new ConfigFolder();
    try {
      const vradmin = { driver: 'vradmin', volumeGroups: { aName: { rvg: 'a', diskGroup: 'b' } } };
      const east = { ...aSiteConfig('east'), replication: vradmin, snapshots: { ...aSiteConfig('east').snapshots, store: { folder: 'x' } } };
      const config = loadConfig(folder.write({ sites: { aName: east, another: aSiteConfig('west') }, zones: [aZoneConfig()] }));
      const names = ['aName', 'another'];
      const reference = section(text, 'Configuration');
      expect([...new Set(keysOf(config))].filter((key) => !names.includes(key) && !reference.includes(key))).toEqual([]);
    } finally {
      folder.remove();
    }
  });

  test('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map((found) => found[1] ?? '');
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  test('speaks of no machine but the reader\'s', () => {
    expect([root.replace(/\/$/, ''), '/root/', '/tmp/'].filter((path) => text.includes(path))).toEqual([]);
  });
});
