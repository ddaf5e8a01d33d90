import { readdirSync, readFileSync } from 'node:fs';
import { read, root, rowsOf } from './markdown.js';

const made = /create(Counter|Histogram|Gauge)\(\s*'(changeover_\w+)',\s*(?:'(?:int|float)',\s*)?(undefined|'seconds')|\bseconds\('(changeover_\w+)'/g;

/** Every number that the code makes, by the name that Prometheus gives it: a histogram gets its unit appended, a counter `_total`, a gauge nothing. */
function namesInCode(): readonly string[] {
  const files = ['workflows', 'logging', 'metrics'].flatMap((folder) => readdirSync(`${root}/src/${folder}`, { encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => `${root}/src/${folder}/${file}`));
  return files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(made)].map(([, kind, name = '', unit, timed]) => (timed === undefined ? `${name}${kind === 'Histogram' && unit === "'seconds'" ? '_seconds' : ''}${kind === 'Counter' ? '_total' : ''}` : `${timed}_seconds`)),
  );
}

describe('The list of metrics', () => {
  const rows = rowsOf(read('docs/metrics.md'), 'name', 'kind');

  test('names what the code makes, and nothing else', () => {
    expect(rows.map(([name = '']) => name.replaceAll('`', '')).toSorted()).toEqual([...new Set(namesInCode())].toSorted());
  });

  test('says the kind and the labels of each, and no label is a run', () => {
    for (const [name = '', kind = '', labels = ''] of rows) {
      expect(`${name} ${kind}`).toMatch(/ (counter|histogram|gauge)$/);
      expect(labels).toMatch(/^`(plan|phase|site)`/);
      expect(labels).not.toMatch(/run|workflow/i);
    }
  });
});
