/** The real parts for the drivers' tests, from the compiled lab. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { labDown } from '../../dist/lab/down.js';
import { labHome } from '../../dist/lab/paths.js';
import { labUp } from '../../dist/lab/up.js';

export default async function up() {
  await labDown({ purge: true });
  const programs = await labUp();
  // Some tests start VVR simulators of their own, under the names that real sites know.
  const bin = join(labHome(), 'test-bin');
  mkdirSync(bin);
  symlinkSync(programs.vvrd, join(bin, 'vvrd'));
  for (const name of ['vradmin', 'vxprint']) symlinkSync(programs.vradmin, join(bin, name));
  process.env['CHANGEOVER_TEST_BIN'] = bin;
}
