import { loadConfig, noFiles } from '../../src/config.js';
import { exitCode, exitOf } from '../../src/cli/exit.js';
import { aSiteConfig, aZoneConfig, ConfigFolder, errorOf } from './support.js';

let folder: ConfigFolder;
beforeEach(() => {
  folder = new ConfigFolder();
});
afterEach(() => folder.remove());

const sites = () => ({ east: aSiteConfig('east'), west: aSiteConfig('west') });

describe('A configuration', () => {
  test('that names two sites is enough, and everything else has its default', () => {
    const config = loadConfig(folder.write({ sites: sites() }));
    expect(config).toMatchObject({ planNamespace: 'infoscale-vtas', zones: [], temporal: { namespace: 'default' }, defaults: { outageBudgetMs: 120_000, commandTimeoutMs: 60_000, shortTtlSeconds: 1 } });
    expect(config.sites['east']).toMatchObject({ kubeconfig: folder.path('east.kubeconfig'), snapshots: { store: 'secrets', privateKey: folder.path('east.key') } });
  });

  test('may lack the private key of a site whose worker runs elsewhere', () => {
    expect(() => loadConfig(folder.write({ sites: sites() }))).not.toThrow();
  });

  test('with every kind of mistake is refused once, with every reason', () => {
    const path = folder.write({
      temporal: { address: 'nowhere' },
      planNamespce: 'infoscale-vtas',
      sites: {
        east: { ...aSiteConfig('east'), replication: { driver: 'magic' }, limits: { 'outage.startToCloseMs': 1, commandTimeout: 5 } },
        'a-name-of-a-site-that-is-too-long': aSiteConfig('west'),
        west: { ...aSiteConfig('west'), kubeconfig: 'gone.kubeconfig', snapshots: { publicKey: 'gone.pub' } },
        north: { ...aSiteConfig('east'), kubeconfig: './east.kubeconfig' },
      },
      zones: [{ zone: 'example.test', primary: 'ns1', key: 'gone.key' }],
      defaults: { outageBudgetMs: -1, probePorts: [70_000] },
    });
    const error = errorOf(() => loadConfig(path));
    expect(exitOf(error)).toBe(exitCode.invalid);
    expect(error.message).toBe(`The configuration ${path} has ${error.reasons.length} faults.`);
    const expected = [
      /^temporal\.address: must be host:port$/,
      /^file: .*planNamespce/,
      /^sites\.east\.replication\.driver: /,
      /^sites\.east\.limits: outage\.startToCloseMs must be a whole number of milliseconds from 5000 to 86400000\.$/,
      /^sites\.east\.limits: There is no limit commandTimeout /,
      /^sites\.a-name-of-a-site-that-is-too-long: clusterIDs have at most 16 characters$/,
      /^zones\.0\.zone: must end with a dot$/,
      /^zones\.0\.primary: must be host:port$/,
      /^defaults\.outageBudgetMs: /,
      /^defaults\.probePorts\.0: /,
      /^sites\.west\.snapshots\.privateKey: /,
      /^sites\.west\.kubeconfig: .*gone\.kubeconfig cannot be read$/,
      /^sites\.west\.snapshots\.publicKey: .*gone\.pub cannot be read$/,
      /^sites\.north\.kubeconfig: the same file as sites\.east\.kubeconfig$/,
      /^zones example\.test key: .*gone\.key cannot be read$/,
    ];
    for (const reason of expected) expect(error.reasons).toContainEqual(expect.stringMatching(reason));
    expect(error.reasons).toHaveLength(expected.length);
  });

  const single: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['that names one site', () => ({ sites: { east: aSiteConfig('east') } }), /^sites: at least two sites are needed$/],
    ['that is empty', () => '', /^sites: /],
    ['that is a list', () => '- east\n- west\n', /^file: /],
    ['that is no YAML', () => 'sites: {east: [', /./],
    ['with the same kubeconfig twice', () => ({ sites: { ...sites(), west: { ...aSiteConfig('west'), kubeconfig: 'east.kubeconfig' } } }), /^sites\.west\.kubeconfig: the same file as sites\.east\.kubeconfig$/],
    ['whose kubeconfig cannot be read', () => ({ sites: { ...sites(), west: { ...aSiteConfig('west'), kubeconfig: 'gone' } } }), /^sites\.west\.kubeconfig: .*gone cannot be read$/],
    ['whose kubeconfig is a folder', () => ({ sites: { ...sites(), west: { ...aSiteConfig('west'), kubeconfig: '.' } } }), /^sites\.west\.kubeconfig: .* cannot be read$/],
    ['whose TSIG key file is missing', () => ({ sites: sites(), zones: [{ ...aZoneConfig(), key: 'gone.key' }] }), /^zones example\.test\. key: .*gone\.key cannot be read$/],
    ['with a word it does not know', () => ({ sites: sites(), force: true }), /^file: .*force/],
  ];
  test.each(single)('%s is refused with that reason', (_, content, reason) => {
    const error = errorOf(() => loadConfig(folder.write(content())));
    expect(error.reasons).toContainEqual(expect.stringMatching(reason));
    expect(exitOf(error)).toBe(exitCode.invalid);
  });

  test('asks a worker for the files of its own site, every public key and the keys of the zones, and no other site\'s kubeconfig', () => {
    const path = folder.write({ sites: { east: aSiteConfig('east'), west: { ...aSiteConfig('west'), kubeconfig: 'elsewhere', snapshots: { privateKey: 'elsewhere.key', publicKey: 'gone.pub' } } }, zones: [{ ...aZoneConfig(), key: 'gone.key' }] });
    expect(errorOf(() => loadConfig(path, { sites: ['east'] })).reasons).toEqual([
      expect.stringMatching(/^sites\.west\.snapshots\.publicKey: .*gone\.pub cannot be read$/),
      expect.stringMatching(/^zones example\.test\. key: .*gone\.key cannot be read$/),
    ]);
    expect(errorOf(() => loadConfig(path, { sites: ['west'] })).reasons).toContainEqual(expect.stringMatching(/^sites\.west\.kubeconfig: /));
  });

  test('asks who only talks to Temporal for no file, and still refuses one kubeconfig for two sites', () => {
    const files = { kubeconfig: 'gone', snapshots: { privateKey: 'gone.key', publicKey: 'gone.pub' } };
    const west = { ...aSiteConfig('west'), ...files, kubeconfig: 'gone too' };
    expect(() => loadConfig(folder.write({ sites: { east: { ...aSiteConfig('east'), ...files }, west }, zones: [{ ...aZoneConfig(), key: 'gone.key' }] }), noFiles)).not.toThrow();
    const error = errorOf(() => loadConfig(folder.write({ sites: { east: { ...aSiteConfig('east'), ...files }, west: { ...west, kubeconfig: 'gone' } } }), noFiles));
    expect(error.reasons).toEqual([expect.stringMatching(/^sites\.west\.kubeconfig: the same file as sites\.east\.kubeconfig$/)]);
  });

  test('that is not there is refused with the two ways to name one', () => {
    const error = errorOf(() => loadConfig(folder.path('absent.yaml')));
    expect(error.message).toMatch(/absent\.yaml cannot be read.*--config or CHANGEOVER_CONFIG/);
    expect(exitOf(error)).toBe(exitCode.invalid);
  });
});
