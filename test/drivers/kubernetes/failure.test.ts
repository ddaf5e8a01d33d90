import { failureOf, httpStatusOf, reasonOf } from '../../../src/drivers/kubernetes/failure.js';

const refused = (status: number, body: unknown, path = '/api/v1/namespaces/n/configmaps/x'): ReturnType<typeof failureOf> => failureOf({ method: 'PATCH', path, site: 'east', status, body });

describe('a refusal of the API server', () => {
  test.each([
    [400, 'Invalid'],
    [401, 'Forbidden'],
    [403, 'Forbidden'],
    [404, 'NotFound'],
    [409, 'Conflict'],
    [422, 'Invalid'],
    [429, 'Throttled'],
    [500, 'Unreachable'],
    [503, 'Unreachable'],
  ] as const)('of status %i is %s and says who refused what', (status, code) => {
    const error = refused(status, { reason: 'R', message: 'said so' });
    expect(error.code).toBe(code);
    expect(error.message).toBe('PATCH /api/v1/namespaces/n/configmaps/x on east: said so');
    expect(httpStatusOf(error)).toBe(status);
  });

  test('of an unknown field in server-side apply is invalid although the server says 500', () => {
    expect(refused(500, { message: 'failed to create typed patch object (n/x; v1, Kind=Pod): .spec.a: field not declared in schema' }).code).toBe('Invalid');
  });

  test('of a Secret names reason and fields, never the sentence that may quote its content', () => {
    const body = { reason: 'Invalid', message: 'illegal base64 near c2VjcmV0', details: { causes: [{ field: 'data[key]', message: 'c2VjcmV0' }] } };
    const error = refused(422, body, '/api/v1/namespaces/n/secrets/s');
    expect(error.message).toBe('PATCH /api/v1/namespaces/n/secrets/s on east: Invalid (data[key])');
    expect(JSON.stringify(error.cause)).not.toContain('c2VjcmV0');
    expect(refused(409, { message: 'the object has been modified' }, '/api/v1/namespaces/n/secrets/s').message).toContain('modified');
  });

  test('without a Status body is told by its number', () => {
    expect(refused(502, null).message).toContain('HTTP 502');
  });
});

describe('the reason of a foreign error', () => {
  test('is its message and code, never the object', () => {
    expect(reasonOf({ message: 'connect failed', code: 'ECONNREFUSED', agent: { options: { key: 'PRIVATE' } } })).toBe('connect failed (ECONNREFUSED)');
    expect(reasonOf({ code: 'ECONNRESET' })).toBe('ECONNRESET');
    expect(reasonOf({ target: { key: 'PRIVATE' } })).toBe('the connection failed');
  });
});
