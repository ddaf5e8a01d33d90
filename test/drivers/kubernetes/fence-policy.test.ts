import { fencePolicy, guardPolicy, labelsOfElement, podExpression } from '../../../src/drivers/kubernetes/fence-policy.js';
import { probePods } from '../../../src/drivers/kubernetes/fence-probe.js';

const fenced = (labels: readonly string[], claims: readonly string[] = [], namespace = 'orders') => ({ unit: 'orders', application: { namespace, labels }, claims });

describe('the labels of a selector element', () => {
  test.each([
    ['app=orders', { app: 'orders' }],
    ['app=orders, tier==web', { app: 'orders', tier: 'web' }],
    ['app.kubernetes.io/part-of=orders', { 'app.kubernetes.io/part-of': 'orders' }],
    ['app=', { app: '' }],
  ])('%j are %j', (element, labels) => {
    expect(labelsOfElement(element)).toEqual(labels);
  });

  test.each(['', ' app = x', 'app=a,', 'app in (a)', '!app', 'app=a"] == ""'])('%j are refused', (element) => {
    expect(() => labelsOfElement(element)).toThrow(expect.objectContaining({ code: 'Invalid' }));
  });
});

describe('the expression for a pod of the application', () => {
  test('is every pod for a whole-namespace plan', () => {
    expect(podExpression(fenced([], ['ledger']))).toBe('true');
  });

  test('quotes what it is given', () => {
    expect(podExpression(fenced(['a=b'], ['x"y']))).toContain('["x\\"y"]');
  });
});

describe('the policies', () => {
  test('are equal for equal plans and of another revision when the claims differ', () => {
    expect(fencePolicy(fenced(['a=b'], ['c']))).toEqual(fencePolicy(fenced(['a=b'], ['c'])));
    expect(fencePolicy(fenced(['a=b'], ['c'])).revision).not.toBe(fencePolicy(fenced(['a=b'], ['d'])).revision);
    expect(guardPolicy('one').revision).not.toBe(guardPolicy('two').revision);
  });

  test('fail closed and bind to the one namespace', () => {
    const { policy, binding } = fencePolicy(fenced([]));
    expect(policy['spec']).toMatchObject({ failurePolicy: 'Fail' });
    expect(binding['spec']).toMatchObject({ validationActions: ['Deny'], matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'orders' } } } });
  });

  test('are refused for an empty namespace or label entry', () => {
    expect(() => fencePolicy(fenced([], [], ''))).toThrow('names no namespace');
    expect(() => fencePolicy(fenced(['a=b', ' ']))).toThrow('empty label entry');
  });
});

describe('the probes', () => {
  test('try every label element and the claims, each on its own', () => {
    const pods = probePods(fenced(['a=b', 'c=d,e=f'], ['one', 'two']));
    expect(pods.map((pod) => pod.metadata.labels)).toEqual([expect.objectContaining({ a: 'b' }), expect.objectContaining({ c: 'd', e: 'f' }), expect.not.objectContaining({ a: 'b' })]);
    expect(pods[2]?.['spec']).toMatchObject({ volumes: [{ persistentVolumeClaim: { claimName: 'one' } }, { persistentVolumeClaim: { claimName: 'two' } }] });
    expect(new Set(pods.map((pod) => pod.metadata.name)).size).toBe(3);
  });
});
