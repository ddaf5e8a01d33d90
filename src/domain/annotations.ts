import { LONGEST } from './decisions.js';
import { isSiteVerb, siteVerbs, type SiteVerb } from './site-decision.js';
import { decisionKinds, type DecisionKind } from './status.js';

/** What a person writes on a DR plan. The names of the annotations are in names.ts; this is what stands in them. */

/** A decision as an annotation says it. Whether somebody vouches for `by` is not in the text: see ports/vouching.ts. */
export interface AnnotatedDecision {
  readonly by: string;
  /** `attest` and `promote` are about `site`, and say nothing of the side that it is on. */
  readonly kind: DecisionKind | SiteVerb;
  readonly site?: string;
  /** The step it is about; null: what is shown. */
  readonly step: string | null;
  readonly reason: string;
  /** Makes the decision idempotent; null: whoever takes it makes one from the object's version. */
  readonly id: string | null;
  /** What the person typed for an attestation. */
  readonly statement: string | null;
  /** What only some decisions bring, as texts: `run`, `digest`, `seconds`, `force`. Judged where every decision is read: decisions.ts. */
  readonly more?: Readonly<Partial<Record<More, string>>>;
}

const more = ['run', 'digest', 'seconds', 'force'] as const;
type More = (typeof more)[number];

/** What became of a decision, as it stands in the annotation that answers. */
export interface DecisionAnswer {
  readonly id: string;
  readonly by: string;
  readonly decision: string;
  readonly verified: boolean;
  readonly outcome: 'accepted' | 'rejected';
  /** One sentence. */
  readonly message: string;
  readonly at: string;
}

/** Longest annotation, in characters. Temporal keeps what is taken from it, so it must not be a way to store things. */
export const MOST_CHARACTERS = 4_096;

/** Longest text of each field, in characters; here everything is text. */
const fields = { ...LONGEST, decision: 32, site: 64, seconds: 8, force: 5 } as const;

type Field = keyof typeof fields;

const isField = (name: string): name is Field => Object.hasOwn(fields, name);

/** One member of a flat object of texts. A parser of our own, because JSON.parse keeps the last of two equal keys without a word. */
const member = /\s*("(?:[^"\\]|\\.)*")\s*:\s*("(?:[^"\\]|\\.)*"|null)\s*([,}])/y;

/**
 * Reads `{"by":"alice","decision":"retry","step":"swap-roles","reason":"…","id":"…","statement":"…"}`: a flat JSON object of texts.
 * `by` comes first, without white space and escapes before its end, so that an admission policy, which has no JSON parser, can
 * compare the beginning of the text with the request's user. Only `by`, `decision` and `reason` must be there.
 */
export function parseDecisionAnnotation(text: string): { readonly decision: AnnotatedDecision } | { readonly problem: string } {
  if (text.length > MOST_CHARACTERS) return { problem: `The decision is ${text.length} characters long; ${MOST_CHARACTERS} are allowed.` };
  const read = membersOf(text);
  if (typeof read === 'string') return { problem: read };
  const problem = faultOf(read, text);
  if (problem !== null) return { problem };
  const known = [...decisionKinds, ...siteVerbs];
  const kind = known.find((one) => one === read.get('decision'));
  if (kind === undefined) return { problem: `"${read.get('decision') ?? ''}" is no decision. There are: ${known.join(', ')}.` };
  const site = read.get('site');
  if (isSiteVerb(kind) !== (site !== undefined)) return { problem: isSiteVerb(kind) ? `"${kind}" needs the "site" that it is about.` : `"${kind}" is about no site.` };
  const brought = more.flatMap((name) => (read.has(name) ? [[name, read.get(name) ?? '']] : []));
  return {
    decision: { ...(brought.length === 0 ? {} : { more: Object.fromEntries(brought) as Partial<Record<More, string>> }), by: read.get('by') ?? '', kind, ...(site === undefined ? {} : { site }), step: read.get('step') ?? null, reason: read.get('reason') ?? '', id: read.get('id') ?? null, statement: read.get('statement') ?? null },
  };
}

/** The annotation of a decision, as the parser and the admission policy want it. */
export function formatDecisionAnnotation(decision: AnnotatedDecision): string {
  const { by, kind, site, step, reason, id, statement } = decision;
  return JSON.stringify({ by, decision: kind, ...(site === undefined ? {} : { site }), ...(step === null ? {} : { step }), reason, ...(id === null ? {} : { id }), ...(statement === null ? {} : { statement }), ...decision.more });
}

export function formatAnswerAnnotation({ id, by, decision, verified, outcome, message, at }: DecisionAnswer): string {
  return JSON.stringify({ id, by, decision, verified, outcome, message, at });
}

/** What an answer says; null where it is none of ours. */
export function parseAnswerAnnotation(text: string): DecisionAnswer | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { id, by, decision, verified, outcome, message, at } = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  if (typeof id !== 'string' || typeof by !== 'string' || typeof decision !== 'string' || typeof message !== 'string' || typeof at !== 'string') return null;
  return outcome === 'accepted' || outcome === 'rejected' ? { id, by, decision, verified: verified === true, outcome, message, at } : null;
}

/** Whether a name can be vouched for: a policy compares it literally, so nothing in it may need an escape in JSON. */
export function isPlainName(name: string): boolean {
  return name.trim() !== '' && name.length <= fields.by && !/["\\\p{Cc}]/u.test(name);
}

/** The members in their order, or a sentence. A field that is null counts as left out. */
function membersOf(text: string): ReadonlyMap<string, string> | string {
  const shape = 'The decision must be a JSON object of texts, as {"by":"NAME","decision":"approve","reason":"…"}.';
  if (!text.startsWith('{')) return shape;
  const read = new Map<string, string>();
  const seen = new Set<string>();
  member.lastIndex = 1;
  for (let end = false; !end; ) {
    const found = member.exec(text);
    const [key, value] = [parsed(found?.[1]), parsed(found?.[2])];
    if (found === null || typeof key !== 'string' || value === undefined) return shape;
    if (seen.has(key)) return `The decision has "${key}" twice.`;
    seen.add(key);
    if (value !== null) read.set(key, value);
    end = found[3] === '}';
    if (end && found.index + found[0].length !== text.length) return shape;
  }
  return read;
}

/** A JSON text or null; undefined for anything else, a broken escape or an unescaped control character included. */
function parsed(text: string | undefined): string | null | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as string | null);
  } catch {
    return undefined;
  }
}

function faultOf(read: ReadonlyMap<string, string>, text: string): string | null {
  const by = read.get('by') ?? '';
  if (!isPlainName(by) || !text.startsWith(`{"by":"${by}",`)) return 'The decision must begin with {"by":"NAME", where NAME has no quote, backslash or control character.';
  for (const [name, value] of read) {
    if (!isField(name)) return `The decision has an unknown field "${name}". Known are: ${Object.keys(fields).join(', ')}.`;
    if (value.length > fields[name]) return `"${name}" is ${value.length} characters long; ${fields[name]} are allowed.`;
    if (/\p{Cc}/u.test(value)) return `"${name}" has a control character.`;
  }
  if ((read.get('reason') ?? '').trim() === '') return 'The decision needs a reason.';
  const id = read.get('id');
  if (id !== undefined && !/^[A-Za-z0-9._:-]+$/.test(id)) return '"id" may have letters, digits, and . _ : - only.';
  return null;
}
