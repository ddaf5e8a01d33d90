import type { Place } from './facts.js';

/** A word of the shell that means exactly this text. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

export function kubectl(place: Place, ...args: readonly string[]): string {
  return ['kubectl', '--kubeconfig', place.kubeconfig, ...args].map(word).join(' ');
}

/** A command that reads these lines; nothing in them is the shell's. */
export function fed(command: string, lines: readonly string[]): string {
  return [`${command} <<'END'`, ...lines, 'END'].join('\n');
}

/** VVR's command in the first of the site's InfoScale pods; any of them may read. */
export function vradmin(place: Place, args: readonly string[]): string | null {
  if (place.storage === null) return null;
  const { namespace, podSelector, container } = place.storage;
  const pod = kubectl(place, 'get', 'pods', '-n', namespace, '-l', podSelector, '--field-selector', 'status.phase=Running', '-o', 'name');
  return `${kubectl(place, 'exec', '-n', namespace, '-c', container)} "$(${pod} | head -n 1)" -- ${['vradmin', ...args].map(word).join(' ')}`;
}
