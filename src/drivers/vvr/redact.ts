/** Longest output that is kept of a command, characters. */
const OUTPUT_LIMIT = 2_000;

const SECRET = /\b(pass(?:word|wd|phrase)?|secret|token|api[-_]?key|private[-_]?key)(\s*[=:]\s*)\S+/gi;

/** A command's output for people and the record: both streams, secrets blanked, cut. */
export function readable(stdout: string, stderr: string): string {
  const text = [stdout, stderr].map((stream) => stream.trim()).filter((stream) => stream !== '').join('\n').replace(SECRET, '$1$2[redacted]');
  return text.length <= OUTPUT_LIMIT ? text : `${text.slice(0, OUTPUT_LIMIT - 1)}…`;
}
