import { exitCodeOf } from '../../../src/drivers/kubernetes/exec.js';

describe('the exit code of an exec', () => {
  test.each([
    ['success', { status: 'Success' }, 0],
    ['the cause a kubelet gives', { status: 'Failure', reason: 'NonZeroExitCode', message: 'command terminated with non-zero exit code', details: { causes: [{ reason: 'ExitCode', message: '3' }] } }, 3],
    ['words only', { status: 'Failure', reason: 'InternalError', message: 'Internal error occurred: cmd wait: vradmin -l repstatus: exit status 17' }, 17],
    ['other words', { status: 'Failure', message: 'command terminated with exit code 1' }, 1],
  ])('is read from %s', (_, status, code) => {
    expect(exitCodeOf(status)).toBe(code);
  });

  test.each([
    ['a command that never started', { status: 'Failure', reason: 'InternalError', message: 'executable file not found in $PATH' }],
    ['an exit status in the middle of a sentence', { status: 'Failure', message: 'exit status 3 was expected by the test' }],
    ['a cause that is no number', { status: 'Failure', details: { causes: [{ reason: 'ExitCode', message: '' }] } }],
    ['an empty status', {}],
  ])('is unknown for %s', (_, status) => {
    expect(exitCodeOf(status)).toBeNull();
  });
});
