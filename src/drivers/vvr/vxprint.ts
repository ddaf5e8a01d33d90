/**
 * `vxprint -g DG -l VOLUME…`: which of these volumes the kernel does not report as closed.
 * The `flags:` line begins with `open` or `closed` (recalled from VxVM, not found in a public document);
 * a volume that is missing, or whose flags say anything else, counts as open.
 */
export function notClosed(text: string, volumes: readonly string[]): readonly string[] {
  const closed = new Set<string>();
  let volume = '';
  for (const line of text.split(/\r?\n/)) {
    const [, key = '', value = ''] = /^\s*(Volume|flags):\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === 'Volume') volume = value;
    if (key === 'flags' && /^closed\b/.test(value)) closed.add(volume);
    if (key === 'flags' && !/^closed\b/.test(value)) closed.delete(volume);
  }
  return volumes.filter((name) => !closed.has(name));
}
