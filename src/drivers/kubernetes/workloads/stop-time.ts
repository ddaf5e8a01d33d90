import { fieldsOf, listOf, numberOf, textOf, type KubeObject } from '../../../domain/restore/object.js';

/** Kubernetes' default of terminationGracePeriodSeconds: no hook lasts longer than that. */
const USUAL_GRACE_SECONDS = 30;

/** See `ApplicationObservation.declaredStopMs`. Only a hook that just waits can be read: what another does takes as long as it takes. */
export function declaredStop(pods: readonly KubeObject[]): number | null {
  const waits = pods.flatMap((pod) => {
    const spec = fieldsOf(pod['spec']);
    const longest = Math.max(...listOf(spec['containers']).flatMap((container) => waitOf(fieldsOf(fieldsOf(fieldsOf(container)['lifecycle'])['preStop'])) ?? []));
    return Number.isFinite(longest) ? [Math.min(longest, numberOf(spec['terminationGracePeriodSeconds'], USUAL_GRACE_SECONDS)) * 1000] : [];
  });
  return waits.length === 0 ? null : Math.max(...waits);
}

/** `sleep: {seconds: 3}`, `exec: ["sleep", "3"]`, `exec: ["sh", "-c", "sleep 3"]`, in seconds; null: something else. */
function waitOf(hook: ReturnType<typeof fieldsOf>): number | null {
  const declared = fieldsOf(hook['sleep'])['seconds'];
  if (typeof declared === 'number') return declared;
  const command = listOf(fieldsOf(hook['exec'])['command']).map(textOf);
  const line = command[1] === '-c' ? (command[2] ?? '') : command.join(' ');
  const [, seconds] = /^(?:\S*\/)?sleep (\d+(?:\.\d+)?)$/.exec(line.trim()) ?? [];
  return seconds === undefined ? null : Number(seconds);
}
