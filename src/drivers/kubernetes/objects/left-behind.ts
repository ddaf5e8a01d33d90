import { isInEveryNamespace } from '../../../domain/restore/carried.js';
import { controllerOf, fieldsOf, kindKey, listOf, textOf, type Fields, type KubeObject } from '../../../domain/restore/object.js';
import type { Kube } from '../kube.js';
import { inPool } from './pool.js';
import { getOne, resources } from './resources.js';

/** What a pod template, or an Ingress, names in its own namespace. */
interface Named {
  readonly kind: keyof typeof kinds;
  readonly name: string;
  /** Pods wait for it, or are not made; else what it is for is missing, and a name that has led nowhere until now says nothing. */
  readonly isNeeded: boolean;
}

const kinds = { Secret: resources.secrets, ConfigMap: resources.configMaps, ServiceAccount: resources.accounts } as const;

/**
 * Secrets, ConfigMaps and ServiceAccounts that the application's pods need and that do not move along, `Kind/name`. `own`: what moves along.
 * What another object makes is made again by it.
 */
export async function leftBehind(kube: Kube, namespace: string, { own, templates }: { readonly own: readonly KubeObject[]; readonly templates: readonly Fields[] }): Promise<readonly string[]> {
  const moved = new Set(own.map((object) => `${kindKey(object)}/${object.metadata.name}`));
  const named = [...templates.flatMap(ofTemplate), ...own.flatMap(ofIngress)].filter((one) => one.name !== '' && !isInEveryNamespace(one) && !moved.has(`${one.kind}/${one.name}`));
  const once = new Map(named.toSorted((a, b) => Number(a.isNeeded) - Number(b.isNeeded)).map((one) => [`${one.kind}/${one.name}`, one]));
  const found = await inPool([...once], async ([reference, { kind, name, isNeeded }]) => {
    const object = await getOne(kube, kinds[kind], { namespace, name });
    return object === null ? (isNeeded ? reference : null) : controllerOf(object) === null ? reference : null;
  });
  return found.filter((reference) => reference !== null).toSorted();
}

function ofTemplate(template: Fields): readonly Named[] {
  const spec = fieldsOf(template['spec']);
  const volumes = listOf(spec['volumes']).map(fieldsOf);
  const projected = volumes.flatMap((volume) => listOf(fieldsOf(volume['projected'])['sources']).map(fieldsOf));
  const containers = [...listOf(spec['containers']), ...listOf(spec['initContainers'])].map(fieldsOf);
  const values = containers.flatMap((container) => listOf(container['env']).map((one) => fieldsOf(fieldsOf(one)['valueFrom'])));
  const whole = containers.flatMap((container) => listOf(container['envFrom']).map(fieldsOf));
  return [
    ...[...volumes, ...projected].flatMap((one) => [named('ConfigMap', one['configMap']), named('Secret', one['secret'])]),
    ...values.flatMap((one) => [named('ConfigMap', one['configMapKeyRef']), named('Secret', one['secretKeyRef'])]),
    ...whole.flatMap((one) => [named('ConfigMap', one['configMapRef']), named('Secret', one['secretRef'])]),
    ...listOf(spec['imagePullSecrets']).map((one): Named => ({ kind: 'Secret', name: textOf(fieldsOf(one)['name']), isNeeded: false })),
    { kind: 'ServiceAccount', name: textOf(spec['serviceAccountName'] ?? spec['serviceAccount']), isNeeded: true },
  ];
}

/** A secret volume names it `secretName`. What is optional may be missing. */
function named(kind: Named['kind'], reference: unknown): Named {
  const { name, secretName, optional } = fieldsOf(reference);
  return { kind, name: optional === true ? '' : textOf(secretName ?? name), isNeeded: true };
}

function ofIngress(object: KubeObject): readonly Named[] {
  if (kindKey(object) !== 'Ingress.networking.k8s.io') return [];
  return listOf(fieldsOf(object['spec'])['tls']).map((one): Named => ({ kind: 'Secret', name: textOf(fieldsOf(one)['secretName']), isNeeded: false }));
}
