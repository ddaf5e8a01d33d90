import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { productManifests } from '../../lab/product.js';

describe('the product\'s manifests', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'deploy-'));
    mkdirSync(join(folder, 'crds'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const object = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;

  test('are read CRDs first, then by file name, every document of a file, empty ones left out', () => {
    writeFileSync(join(folder, 'b.yaml'), object('third'));
    writeFileSync(join(folder, 'a.yml'), `---\n${object('first')}---\n# nothing here\n---\n${object('second')}`);
    writeFileSync(join(folder, 'notes.txt'), 'not a manifest');
    writeFileSync(join(folder, 'crds', 'z.yaml'), object('crd'));
    expect(productManifests(folder).map((one) => one.metadata.name)).toEqual(['crd', 'first', 'second', 'third']);
  });

  test('are none where there is no folder, and a broken file is named', () => {
    expect(productManifests(join(folder, 'absent'))).toEqual([]);
    writeFileSync(join(folder, 'broken.yaml'), 'a: [');
    expect(() => productManifests(folder)).toThrow(/broken\.yaml/);
  });
});
