import { canonical } from '../../../src/domain/canonical.js';
import { definitionObjects, definitions } from '../../../src/drivers/infoscale/schema/index.js';
import { documented } from './documented.js';

type Schema = { readonly type?: string; readonly properties?: Readonly<Record<string, Schema>>; readonly items?: Schema; readonly additionalProperties?: Schema; readonly enum?: readonly string[]; readonly required?: readonly string[]; readonly default?: string | number | boolean; readonly pattern?: string; readonly 'x-kubernetes-validations'?: readonly unknown[] };

/** One line a field: its path, its type, whether it is needed, its values and its default. */
function linesOf(schema: Schema, path: string, needed: boolean): readonly string[] {
  const own = `${path}${needed ? '*' : ''} ${schema.type ?? '?'}${schema.enum === undefined ? '' : ` ${schema.enum.join('|')}`}${schema.default === undefined ? '' : ` = ${String(schema.default)}`}`;
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, one]) => linesOf(one, `${path}.${name}`, schema.required?.includes(name) === true));
  const items = schema.items === undefined ? [] : linesOf(schema.items, `${path}[]`, false);
  const values = schema.additionalProperties === undefined ? [] : linesOf(schema.additionalProperties, `${path}{}`, false);
  return [own, ...inner, ...items, ...values];
}

const schemaOf = (crd: object): Schema => (crd as { spec: { versions: [{ schema: { openAPIV3Schema: Schema } }] } }).spec.versions[0].schema.openAPIV3Schema;

describe('The CRDs', () => {
  test.each(definitions.map((one, n) => [one.names.kind, n] as const))('%s has the documented fields, enums and defaults', (kind, n) => {
    const { spec, status } = schemaOf(definitionObjects()[n] ?? {}).properties ?? {};
    const lines = [...linesOf(spec ?? {}, 'spec', false), ...linesOf(status ?? {}, 'status', false)].filter((line) => !line.startsWith('status.conditions'));
    expect(lines.toSorted()).toEqual(documented[kind]?.toSorted());
  });

  test('have the documented names, scopes and columns', () => {
    const shown = definitionObjects().map((crd) => {
      const { names, scope, versions } = crd['spec'] as { names: { kind: string; plural: string; shortNames: readonly string[] }; scope: string; versions: readonly [{ additionalPrinterColumns: readonly { name: string; priority?: number }[] }] };
      return [names.kind, names.plural, names.shortNames[0], scope, versions[0].additionalPrinterColumns.map((c) => `${c.name}${c.priority === 1 ? '*' : ''}`).join(', ')];
    });
    expect(shown).toEqual([
      ['DataReplication', 'datareplications', 'datarep', 'Namespaced', 'Proposed Primary, Current Primary, App Namespace, Labels, Replication Summary*'],
      ['DisasterRecoveryPlan', 'disasterrecoveryplans', 'drplan', 'Namespaced', 'Proposed Primary, Current Primary, Data Replication Pointer*, DNS Pointer*, App Namespace, Labels, Preferred Cluster List*, Status*'],
      ['DNS', 'dns', 'vxdns', 'Namespaced', 'domain, State'],
      ['GlobalClusterMembership', 'globalclustermemberships', 'gcm', 'Cluster', 'Cluster Name, Cluster State, Protocol, Peer Link State'],
    ]);
  });

  test('say nothing that the API server does not take', () => {
    expect(canonical(definitionObjects())).not.toMatch(/propertyNames|anyOf|"\$schema"|9007199254740991/);
  });

  const labels = new RegExp(schemaOf(definitionObjects()[1] ?? {}).properties?.['spec']?.properties?.['selector']?.properties?.['labels']?.items?.pattern ?? 'none');
  test.each(['app=orders', 'app=orders,tier=db', ' app = orders , tier=db', 'app', '!app', 'app in (a, b)'])('take the label entry %j', (entry) => {
    expect(entry).toMatch(labels);
  });
  test.each(['', ' ', ',', 'app=orders,', ',app=orders', 'app=orders,,tier=db', 'app=orders, ,tier=db'])('refuse the label entry %j', (entry) => {
    expect(entry).not.toMatch(labels);
  });
});
