// `npm test`: everything. `npm run test:fast`: the part that needs no lab, under a minute: decisions, drivers, one story. More arguments go to jest.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

const args = process.argv.slice(2);
const fast = args.includes('--fast');
const rest = args.filter((arg) => arg !== '--fast');
const bin = (name) => join(root, 'node_modules', '.bin', name);
const jest = (project, ...more) => ['node', ['--experimental-vm-modules', '--no-warnings', join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '--selectProjects', project, ...more, ...rest]];

prepare();
const steps = [
  ['types', bin('tsc'), ['-p', 'tsconfig.json']],
  ['lint', bin('oxlint'), ['--type-aware', '--quiet']],
  ['unit, contracts, architecture', ...jest('fast')],
  ...(fast
    ? []
    : [
        ['stories', ...jest('stories')],
        ['the programs of the lab', 'node', [join('dist', 'lab', 'components', 'prepare.js')]],
        ['the lab\'s Go tests', 'node', [join('dist', 'lab', 'components', 'go-test.js')]],
        ['fault sweep', ...jest('sweep')],
        ['sabotages of the sources', 'node', [join('dist', 'lab', 'mutants', 'fast', 'fast.js')]],
        ['drivers on real parts', ...jest('lab', '--runInBand')],
        ['migrations', ...jest('migration', '--runInBand')],
        ['mutants', 'node', [join('dist', 'lab', 'mutants', 'mutants.js')]],
      ]),
];

let passed = 0;
let failed = 0;
for (const [what, command, parameters] of steps) {
  const began = performance.now();
  console.log(`\n── ${what}`);
  const { status } = spawnSync(command, parameters, { cwd: root, stdio: 'inherit' });
  console.log(`── ${what}: ${status === 0 ? 'passed' : 'FAILED'} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  if (status !== 0) {
    failed += 1;
    break;
  }
  passed += 1;
}
console.log(`\nparts: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
