import { needs } from '../../src/drivers/kubernetes/rights.js';
import { covers, grantedTo, textOf, type Right } from './roles.js';

const namespaces = { application: 'an-application', cluster: null, ours: 'changeover-system', storage: 'infoscale-vtas' } as const;

const needed: readonly Right[] = needs.flatMap(({ verbs, group, resources, place }) => resources.flatMap((resource) => verbs.map((verb) => ({ verb, group, resource, namespace: namespaces[place] }))));

/** Kinds that few applications hold: preflight asks about them when it meets one, not always. */
const onlyWhenMet = ['endpoints', 'podtemplates', 'replicationcontrollers', 'endpointslices', 'scaledobjects', 'scaledjobs'];

/** Not needed by a run: kubectl asks for it before it runs a command in a pod, in the lines that are printed for a person. */
const forPeople = ['get pods in infoscale-vtas'];

describe('The manifests', () => {
  const granted = grantedTo('changeover');

  test('give the site worker every right that preflight asks for', () => {
    expect(granted.length).toBeGreaterThan(100);
    expect(needed.filter((right) => !granted.some((one) => covers(one, right))).map(textOf)).toEqual([]);
  });

  test('give the site worker nothing that preflight does not ask for', () => {
    const extra = granted.filter((right) => !needed.some((one) => covers({ ...right, namespace: null }, one)) && !onlyWhenMet.includes(right.resource));
    expect(extra.map(textOf)).toEqual(forPeople);
  });

  test('let nobody run a command outside the namespace of the storage, or write a definition, a ClusterRole or a binding', () => {
    const accounts = ['changeover', 'changeover-control', 'changeover-copies'];
    const rights = accounts.flatMap((account) => grantedTo(account));
    expect(rights.filter(({ resource, namespace }) => resource === 'pods/exec' && namespace !== 'infoscale-vtas')).toEqual([]);
    const writes = rights.filter(({ verb }) => ['create', 'update', 'patch', 'delete', 'deletecollection', 'impersonate', '*'].includes(verb));
    expect(writes.filter(({ resource }) => ['*', 'customresourcedefinitions', 'clusterroles', 'clusterrolebindings', 'nodes', 'serviceaccounts/token', 'pods/proxy', 'users', 'groups'].includes(resource)).map(textOf)).toEqual([]);
  });

  test('give the control worker nothing, and another site\'s worker only Secrets of our namespace, which it cannot list', () => {
    expect(grantedTo('changeover-control')).toEqual([]);
    expect(grantedTo('changeover-copies').map(textOf)).toEqual(['get secrets in changeover-system', 'create secrets in changeover-system', 'delete secrets in changeover-system']);
  });
});
