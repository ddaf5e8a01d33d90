// Writes every file of the repository that is made from code, where it differs. `npm test` fails when one does.
import { mkdirSync, readFileSync, existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { prepare, root } from './prepare.mjs';

prepare();
const { manifests } = await import(join(root, 'dist', 'src', 'drivers', 'infoscale', 'manifests.js'));
const { apiDocument } = await import(join(root, 'dist', 'src', 'api', 'document.js'));
const { conformanceDocument } = await import(join(root, 'dist', 'lab', 'faults', 'conformance', 'document.js'));
for (const { file, text } of [...manifests(), await apiDocument(), conformanceDocument()]) {
  const path = join(root, file);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(`wrote ${file}`);
}
