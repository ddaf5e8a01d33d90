import { ChangeoverError } from '../../domain/errors.js';
import { mark } from '../../domain/names.js';
import type { RawObject } from '../../ports/objects.js';
import { pathOf, type Kube } from '../kubernetes/kube.js';
import { fieldsOf } from './fields.js';
import { definitionObjects } from './schema/index.js';

const definitions = { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' };

/** `installed`: now, by us. `ours`: before, by us. `theirs`: InfoScale's operator or somebody else has it; it was not touched. */
export interface InstalledDefinition {
  readonly name: string;
  readonly outcome: 'installed' | 'ours' | 'theirs';
}

/**
 * Whether a CRD came from our manifests and nobody took it over since. An operator that adopts a CRD leaves our label on it, so its own
 * traces decide: a conversion webhook, or the marks of the tools that make and install operators.
 */
export function isOurDefinition(definition: RawObject): boolean {
  const { labels = {}, annotations = {} } = definition.metadata;
  const marks = [...Object.keys(labels), ...Object.keys(annotations)];
  const converts = fieldsOf(fieldsOf(definition['spec'])['conversion'])['strategy'] === 'Webhook';
  return labels[mark.installed] === 'true' && !converts && !marks.some((key) => /^(olm\.|operators\.coreos\.com\/|controller-gen\.kubebuilder\.io\/)/.test(key));
}

/** Creates each CRD that is not there. One that is there is never changed, whoever made it. */
export async function installDefinitions(kube: Kube): Promise<readonly InstalledDefinition[]> {
  const done: InstalledDefinition[] = [];
  for (const wanted of definitionObjects()) done.push({ name: wanted.metadata.name, outcome: await install(kube, wanted) });
  return done;
}

async function install(kube: Kube, wanted: RawObject): Promise<InstalledDefinition['outcome']> {
  const path = pathOf(definitions, undefined, wanted.metadata.name);
  const standing = await kube.get(path);
  if (standing !== null) return isOurDefinition(standing) ? 'ours' : 'theirs';
  try {
    // Create, not apply: an operator that was faster by a moment keeps what it made.
    await kube.create(pathOf(definitions), wanted);
    return 'installed';
  } catch (error) {
    if (!(error instanceof ChangeoverError) || error.code !== 'Conflict') throw error;
    const other = await kube.get(path);
    return other !== null && isOurDefinition(other) ? 'ours' : 'theirs';
  }
}
