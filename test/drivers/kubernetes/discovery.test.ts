import { servedResources } from '../../../src/drivers/kubernetes/discovery.js';

const resource = { resource: 'widgets', responseKind: { kind: 'Widget' }, scope: 'Namespaced' as const, verbs: ['list'], subresources: [{ subresource: 'status' }] };

describe('aggregated discovery', () => {
  test('prefers the first version of a group and keeps the others', () => {
    const { served } = servedResources([{ metadata: { name: 'g' }, versions: [{ version: 'v2', resources: [resource] }, { version: 'v1', resources: [resource] }] }]);
    expect(served.map((one) => [one.version, one.preferred, one.namespaced, one.subresources])).toEqual([['v2', true, true, ['status']], ['v1', false, true, ['status']]]);
  });

  test('names a registered API that does not answer, except those that only measure', () => {
    const stale = (name: string) => ({ metadata: { name }, versions: [{ version: 'v1', freshness: 'Stale' as const }] });
    expect(servedResources([stale('shop.example.test'), stale('metrics.k8s.io')]).silent).toEqual(['shop.example.test/v1']);
  });
});
