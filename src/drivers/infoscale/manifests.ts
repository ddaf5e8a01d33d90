import { stringify } from 'yaml';
import type { RawObject } from '../../ports/objects.js';
import { whoBinding, whoPolicy } from './admission.js';
import { openRunPolicies } from './open-run-policy.js';
import { definitions } from './schema/index.js';
import { definitionObject } from './schema/definition.js';

/** A file of deploy/ that is written from code. `file`: relative to the repository. */
export interface Manifest {
  readonly file: string;
  readonly text: string;
}

/** A YAML stream with a comment on top. */
export function yamlOf(comment: string, objects: readonly RawObject[]): string {
  // Anchors would be read by people as a riddle; long lines are sentences and expressions, and stay whole.
  const documents = objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }));
  return `${comment.split('\n').map((line) => `# ${line}\n`).join('')}${documents.join('---\n')}`;
}

const written = 'Written by: npm run generate.';

/** Every manifest that is written from code. */
export function manifests(): readonly Manifest[] {
  return [
    ...definitions.map((one) => ({
      file: `deploy/crds/${one.names.plural}.yaml`,
      text: yamlOf(`The documented shape of ${one.names.kind}. Only for clusters where InfoScale's own operator has not installed it; changeover crds install looks first.\n${written}`, [definitionObject(one)]),
    })),
    {
      file: 'deploy/admission.yaml',
      text: yamlOf(`Lets a name onto a DR plan only when it is the name of who asks: who decides, and who changes the primary. See docs/decisions.md.\nAnd keeps a DR plan, and the namespace it stands in, from being deleted while a run is open. See docs/controller.md.\n${written}`, [whoPolicy, whoBinding, ...openRunPolicies]),
    },
  ];
}
