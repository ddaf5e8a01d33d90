/** A last net, not the rule: nothing secret is given to a log at all (law 11). */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, '$1 [redacted]'],
  [/\b(pass(?:word|wd|phrase)?|secret|token|api[-_]?key|private[-_]?key)(\\?"?\s*[=:]\s*\\?"?)(?!\[redacted\])[^\s"\\,;}]+/gi, '$1$2[redacted]'],
  [/-----BEGIN ([A-Z ]*PRIVATE KEY)-----.*?(?:-----END \1-----|$)/gs, '-----BEGIN $1----- [redacted]'],
  // A JSON Web Token, as ServiceAccounts have them.
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+/g, '[redacted]'],
];

export function withoutSecrets(line: string): string {
  return patterns.reduce((text, [pattern, instead]) => text.replace(pattern, instead), line);
}
