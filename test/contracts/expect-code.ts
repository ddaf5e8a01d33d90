import { ChangeoverError, type ErrorCode } from '../../src/domain/errors.js';

/** The promise rejects with our error of this code. */
export async function expectCode(promise: Promise<unknown>, code: ErrorCode): Promise<ChangeoverError> {
  const error: unknown = await promise.then(
    () => new Error(`nothing was thrown; expected ${code}`),
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: 'ChangeoverError', code });
  return error as ChangeoverError;
}

/** Work whose guard refuses: whoever calls it before a change changes nothing. */
export function refusedWork() {
  const refusal = new ChangeoverError('OwnershipLost', 'another run holds the unit');
  return {
    guard: () => Promise.reject(refusal),
    report: () => {},
    signal: new AbortController().signal,
  };
}
