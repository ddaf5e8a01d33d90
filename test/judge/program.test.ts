import { join } from 'node:path';
import { compileProgram, removeFolder, RunningProgram, temporaryFolder } from '../orders/support/programs.js';
import { CraftedRun } from './support/run.js';

const folder = temporaryFolder();
let script = '';
let run: CraftedRun;

beforeAll(() => {
  script = join(compileProgram('judge', folder), 'judge.js');
});

beforeEach(() => {
  run = new CraftedRun();
});

afterEach(() => run.remove());
afterAll(() => removeFolder(folder));

describe('the judge as a program, on its own without the rest of the project', () => {
  test('a good run ends with 0 and one JSON object', async () => {
    const program = RunningProgram.start(script, run.write().argv(['--json']));
    const line = await program.line('"ok":true');
    expect(JSON.parse(line)).toMatchObject({ ok: true, reasons: [], primary: 'west', writesAcknowledged: 6, outageSeconds: { always: 0.5 } });
    expect((await program.exited).code).toBe(0);
  });

  test('a bad run ends with 1 and says why to a person', async () => {
    run.logs['west']?.pop();
    run.tables['west'] = '';
    const program = RunningProgram.start(script, run.write().argv());
    await program.line('FAILED');
    await program.line('1 acknowledged writes are lost');
    await program.line('lost: always-x/6 always-x-6: not in the ledger');
    expect((await program.exited).code).toBe(1);
  });

  test('input that is not there ends with 1 and the reason', async () => {
    const program = RunningProgram.start(script, run.argv(['--json']));
    await program.line('ENOENT');
    expect((await program.exited).code).toBe(1);
  });

  test('wrong arguments end with 2 and all faults', async () => {
    const program = RunningProgram.start(script, ['--ledger-dirs', 'east', '--primary', 'north']);
    expect(await program.line('is not SITE=VALUE')).toMatch(/--acks is missing.*--writability is missing.*does not name north/);
    expect((await program.exited).code).toBe(2);
  });
});
