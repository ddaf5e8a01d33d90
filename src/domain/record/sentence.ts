import type { Fact, RejectedFact } from './fact.js';

/** What an entry says, in one line for people. */
export function sentenceOf(fact: Fact): string {
  switch (fact.kind) {
    case 'request':
      return `${fact.procedure} of ${fact.request.unit.name} to ${fact.request.target}, asked for by ${fact.request.requestedBy.name} (${fact.request.requestedBy.verified ? 'verified' : 'unverified'}, ${fact.request.requestedBy.via}): ${fact.request.reason}`;
    case 'continued':
      return `goes on as ${fact.procedure}`;
    case 'plan':
      return `from ${fact.plan.source} to ${fact.plan.target}, epoch ${fact.plan.epoch}, digest ${fact.digest}`;
    case 'refusal':
      return fact.reasons.join(' ');
    case 'waiting':
      return `for ${fact.for}${fact.by === null ? '' : ` by ${fact.by.join(' or ')}`}${fact.until === null ? '' : `, until ${fact.until}`}`;
    case 'decision':
      return `${fact.decision.kind}${fact.decision.step === null ? '' : ` ${fact.decision.step}`} by ${fact.decision.by} (${fact.decision.verified ? 'verified' : 'unverified'}, ${fact.decision.via}): ${fact.decision.reason}${fact.decision.loses === undefined ? '' : `; shown to lose ${fact.decision.loses}`}`;
    case 'rejected-decision':
      return `${rejectedOf(fact)} by ${byOf(fact)} was not taken: ${fact.why}`;
    case 'cancel-requested':
      return 'a cancel came from Temporal';
    case 'step':
      return `${fact.name} ${fact.state}${fact.attempt > 1 ? ` (attempt ${fact.attempt})` : ''}${fact.note === null ? '' : `: ${fact.note}`}`;
    case 'seen':
      return `${fact.site}: ${fact.role}, writable ${fact.writable}, fence ${fact.fence}, workloads ${fact.workloads}`;
    case 'command':
      return `on ${fact.site}: ${fact.command}; exit ${fact.exitCode ?? 'unknown'}${fact.output === '' ? '' : `; ${fact.output}`}`;
    case 'held':
      return `${fact.step}, ${fact.code}: ${fact.error} Ways on: ${fact.choices.join(', ')}`;
    case 'released':
      return fact.step;
    case 'line':
      return fact.line === 'crossing' ? 'on the line' : `${fact.line} the line`;
    case 'outage-begun':
      return `the application is taken offline; budget ${fact.budgetMs / 1000} s${fact.predictedMs === undefined ? '' : `, predicted ${fact.predictedMs / 1000} s`}`;
    case 'outage-ended':
      return `${fact.seconds} s`;
    case 'debt':
      return fact.sentence;
    case 'outcome':
      return `${fact.outcome}: ${fact.headline}; ${fact.writer === null ? 'no site can write' : fact.writer === 'unknown' ? 'it is not known which site can write' : `${fact.writer} can write`}`;
    case 'history-exported':
      return `${fact.name}, ${fact.events} events, SHA-256 ${fact.digest}`;
  }
}

/** What was to be decided. */
export function rejectedOf({ decision, step }: RejectedFact): string {
  return step === undefined || step === null ? decision : `${decision} ${step}`;
}

/** Who, and whether somebody vouched for the name, as far as it was noted. */
export function byOf({ by, verified, via }: RejectedFact): string {
  return via === undefined ? by : `${by} (${verified === true ? 'verified' : 'unverified'}, ${via})`;
}
