/** The real parts for the drivers' tests, from the compiled lab. */
import { labDown } from '../../dist/lab/down.js';
import { labUp } from '../../dist/lab/up.js';

export default async function up() {
  await labDown({ purge: true });
  await labUp();
}
