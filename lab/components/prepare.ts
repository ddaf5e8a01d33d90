/** Makes sure that every program of the lab and its tests is there, and says what it did. */
import { ensureComponents, ensureTestPrograms } from './ensure.js';
import { ensurePostgres } from './postgres.js';

try {
  await ensureComponents((line) => console.log(line));
  await ensureTestPrograms((line) => console.log(line));
  await ensurePostgres((line) => console.log(line));
} catch (error) {
  console.error(`lab: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
