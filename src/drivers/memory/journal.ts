import { createHash } from 'node:crypto';
import { appending } from '../../domain/record/append.js';
import { EMPTY, readLine, type Seal } from '../../domain/record/chain.js';
import { assertRunName } from '../../domain/record/names.js';
import { ChangeoverError } from '../../domain/errors.js';
import type { Attachments, Journal } from '../../ports/journal.js';
import { isoOf, type Clock } from './clock.js';

/** Everything of a journal, open for a test to spoil. */
export interface JournalState {
  readonly runs: Map<string, string[]>;
  readonly ledger: string[];
  readonly attachments: Map<string, Uint8Array>;
}

export function createJournalState(): JournalState {
  return { runs: new Map(), ledger: [], attachments: new Map() };
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

export function createJournal(state: JournalState, clock: Clock): Omit<Journal, 'attachments'> {
  return {
    append: async (run, entries) => {
      assertRunName(run);
      const seals = state.ledger.map((line) => readLine<Seal>(line)).filter((read) => read !== null);
      const last = seals.at(-1);
      const standing = {
        run: { lines: state.runs.get(run) ?? [], torn: null },
        ledgerHead: last === undefined ? EMPTY : { entries: last.entry.sequence, digest: last.digest },
        lastSeal: seals.findLast(({ entry }) => entry.run === run)?.entry ?? null,
      };
      const { lines, seal, head } = appending(standing, { run, entries, at: isoOf(clock) }, hash);
      if (lines.length > 0) state.runs.set(run, [...standing.run.lines, ...lines.map(({ line }) => line)]);
      if (seal !== null) state.ledger.push(seal.line);
      return head;
    },
    read: async (run) => {
      const lines = state.runs.get(run);
      return lines === undefined ? null : { run, lines: [...lines], torn: null };
    },
    runs: async () => [...state.runs.keys()],
    ledger: async () => ({ lines: [...state.ledger], torn: null }),
  };
}

export function createAttachments(state: JournalState): Attachments {
  return {
    write: async (name, bytes) => {
      const known = state.attachments.get(name);
      if (known !== undefined && !Buffer.from(known).equals(bytes)) throw new ChangeoverError('Invalid', `${name} stands beside the record with another content.`);
      state.attachments.set(name, Uint8Array.from(bytes));
    },
    read: async (name) => state.attachments.get(name) ?? null,
  };
}
