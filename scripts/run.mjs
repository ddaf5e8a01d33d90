// Prepares the checkout, then runs one compiled program of it: `node scripts/run.mjs lab/demo/demo.js --json`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

const [program, ...args] = process.argv.slice(2);
prepare();
const child = spawn(process.execPath, [join(root, 'dist', program), ...args], { stdio: 'inherit' });
// Ctrl-C reaches the whole group; this process only waits, so that the program can clean up.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
