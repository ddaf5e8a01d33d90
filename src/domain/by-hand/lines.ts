import { fenceLabel, SYSTEM_NAMESPACE } from '../names.js';
import type { OwnershipRecord } from '../ownership.js';
import { holdClassOf } from '../restore/inert.js';
import { groupOf, type KubeObject } from '../restore/object.js';
import type { ByHandFacts, HandStep, Place } from './facts.js';
import { nameSteps } from './names.js';
import { releasePatch } from './release-patch.js';
import { fed, kubectl, vradmin } from './shell.js';

const READY_WITHIN = '300s';

/**
 * The lines by which a person brings the service back without us, at the site that is Primary: in their order, each step with what to
 * look at before the next one. They leave the unit held by its run, in the next epoch; `changeover recover` gives the rest back later.
 */
export function linesByHand(facts: ByHandFacts): readonly HandStep[] {
  const { plan, serves } = facts;
  const place = facts.places[serves];
  if (place === undefined) return [];
  return [
    rolesStep(facts),
    recordsStep(facts),
    {
      title: `Open the fence on ${serves}`,
      look: `The namespace is labeled. If it is refused: the account ${place.user} alone may do this; use its kubeconfig, or delete the ValidatingAdmissionPolicyBinding changeover-fence-guard first.`,
      commands: [kubectl(place, 'label', 'namespace', plan.application.namespace, `${fenceLabel(plan.unit.name)}=off`, '--overwrite')],
    },
    ...startSteps(facts, place),
    ...(facts.namesMoved ? nameSteps(facts) : []),
    ...restSteps(facts, place),
  ];
}

/** Only looks. What `drained` and `closed` prove in a run was proved by it, or is not needed: the Primary has every acknowledged write. */
function rolesStep({ plan, serves, places }: ByHandFacts): HandStep {
  const other = serves === plan.source ? plan.target : plan.source;
  const commands = [serves, other].flatMap((site) => {
    const group = plan.replication?.groups[site];
    const place = places[site];
    const command = group === undefined || place === undefined ? null : vradmin(place, ['-g', group.diskGroup, 'printrvg', group.rvg]);
    return command === null ? [] : [command];
  });
  const look = plan.replication === null ? `No volume is replicated: make sure that nothing of ${plan.unit.name} runs on ${other}.` : `${serves} is Primary and ${other} is Secondary, each said by itself. Look twice, ${plan.request.options.commandTimeoutMs} ms apart; if anything differs, stop here and print again.`;
  return { title: 'Stop every worker of Changeover; read the roles', look, commands };
}

/** The other site first: from its own record on, it may not write. Replaced with the version that was read: nobody else's change is lost. */
function recordsStep({ plan, serves, records, places }: ByHandFacts): HandStep {
  const inOrder = plan.members.toSorted((a, b) => Number(a === serves) - Number(b === serves));
  const commands = inOrder.flatMap((site) => {
    const [found, place] = [records[site], places[site]];
    return found === undefined || place === undefined ? [] : [fed(kubectl(place, 'replace', '-n', SYSTEM_NAMESPACE, '-f', '-'), [configMap(found.object, written(found.record, { plan, serves }))])];
  });
  const missing = inOrder.filter((site) => records[site] === undefined);
  const unread = missing.length === 0 ? '' : ` ${missing.join(', ')} did not answer: make sure that nothing of it can write before you go on.`;
  return { title: `Only ${serves} may write, in the records`, look: `Each is replaced. A conflict means that someone changed it meanwhile: print again.${unread}`, commands };
}

function written(record: OwnershipRecord, { plan, serves }: Pick<ByHandFacts, 'plan' | 'serves'>): OwnershipRecord {
  return { ...record, epoch: plan.epoch, run: plan.run, procedure: plan.procedure, writer: serves, phase: serves === plan.target ? 'forward' : 'undoing', turns: {} };
}

function configMap({ apiVersion, kind, metadata }: KubeObject, record: OwnershipRecord): string {
  const { name, namespace, labels, resourceVersion } = metadata;
  return JSON.stringify({ apiVersion, kind, metadata: { name, namespace, labels, resourceVersion }, data: { record: JSON.stringify(record) } });
}

function startSteps({ plan, serves, held, stashes }: ByHandFacts, place: Place): readonly HandStep[] {
  const { namespace } = plan.application;
  const stopped = held.filter((object) => holdClassOf(object) === 'stop');
  const steady = stopped.filter(({ kind }) => ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind));
  return [
    {
      title: `Start ${plan.unit.name} on ${serves}`,
      look: stopped.length === 0 ? 'Nothing stands stopped by the run.' : 'Each is patched, then rolled out. A "test" that fails means that someone changed it meanwhile: print again.',
      commands: [
        ...stashes.map((name) => `${kubectl(place, 'get', 'secret', '-n', namespace, name, '-o', 'jsonpath={.data.object}')} | base64 -d | ${kubectl(place, 'apply', '--server-side', '--force-conflicts', '-f', '-')}`),
        ...stopped.map((object) => patch(object, { namespace, place })),
        ...steady.map((object) => kubectl(place, 'rollout', 'status', '-n', namespace, idOf(object), `--timeout=${READY_WITHIN}`)),
      ],
    },
  ];
}

/** What starts by the clock, scales, or publishes: after the service is there. */
function restSteps({ plan, serves, held }: ByHandFacts, place: Place): readonly HandStep[] {
  const rest = held.filter((object) => ['freeze', 'outward'].includes(holdClassOf(object) ?? ''));
  const { namespace } = plan.application;
  return rest.length === 0 ? [] : [{ title: `Thaw what stands frozen on ${serves}`, look: 'Each is patched.', commands: rest.map((object) => patch(object, { namespace, place })) }];
}

function patch(object: KubeObject, { namespace, place }: { namespace: string; place: Place }): string {
  return kubectl(place, 'patch', '-n', namespace, idOf(object), '--type', 'json', '-p', JSON.stringify(releasePatch(object)));
}

/** As kubectl names it: `deployment.apps/orders`. */
function idOf(object: KubeObject): string {
  const group = groupOf(object);
  return `${object.kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${object.metadata.name}`;
}
