import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program.js';
import { readDecision, whyNot } from '../../src/domain/decisions.js';
import { screenOf } from '../../src/domain/screen.js';
import { isSiteVerb, kindAt } from '../../src/domain/site-decision.js';
import type { Status } from '../../src/domain/status.js';

interface Typed {
  readonly name: string;
  /** The unit, and the site where the command takes one. */
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** A line as the real command reads it, up to where it would act. Throws what commander says. */
function typed(line: string): Typed {
  let read: Typed | null = null;
  const program = createProgram();
  const quiet = (command: Command): Command => command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  quiet(program);
  for (const command of program.commands) quiet(command).action(() => {
    read = { name: command.name(), args: command.args, options: command.opts() };
  });
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  if (words.shift() !== 'changeover') throw new Error('it does not begin with changeover');
  program.parse(words, { from: 'user' });
  if (read === null) throw new Error('it is no subcommand');
  return read;
}

/** Why the run would not take what is typed; null: it would. */
function refusal({ name, args: [unit, site], options }: Typed, status: Status, nowMs: number): string | null {
  if (unit !== status.unit) return `it is about ${unit}`;
  const meant = isSiteVerb(name) ? kindAt(name, site ?? '', status) : { kind: name };
  if ('problem' in meant) return meant.problem;
  const { reason, step, statement, digest, deadline: seconds, byAnnotation } = options;
  // Only an annotation brings a name that somebody vouches for.
  const by = (status.waiting?.by ?? ['zoe', 'yan']).find((one) => status.waiting?.approvedBy?.includes(one) !== true && status.held?.choices.every(({ attestedBy = [] }) => !attestedBy.includes(one)) !== false);
  const who = byAnnotation === true ? { verified: true, via: 'controller' } : { verified: false, via: 'cli' };
  const read = readDecision({ kind: meant.kind, by, reason, step, statement, digest, seconds, ...who }, 'd');
  return 'problem' in read ? read.problem : whyNot(read.decision, status, nowMs);
}

/** Lines that were good once are good whenever the same is offered again. */
const good = new Set<string>();

/** What is wrong with the ways on that a screen shows, as somebody types them who has nothing else; empty: each is taken. */
export function mistyped(status: Status, nowMs: number): readonly string[] {
  return screenOf(status, nowMs).choices.flatMap((choice) => {
    const [line = ''] = choice.split(/(?<=--reason "…")/);
    if (good.has(line)) return [];
    try {
      const problem = refusal(typed(line), status, nowMs);
      if (problem !== null) return [`${line}: ${problem}`];
      good.add(line);
      return [];
    } catch (error) {
      return [`${line}: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
}
