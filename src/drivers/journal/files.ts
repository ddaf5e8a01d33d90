import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { appending } from '../../domain/record/append.js';
import { EMPTY, readLine, type Seal } from '../../domain/record/chain.js';
import type { Lines } from '../../domain/record/verify-chain.js';
import { assertRunName } from '../../domain/record/names.js';
import { ChangeoverError } from '../../domain/errors.js';
import type { Journal } from '../../ports/journal.js';
import { appendLines, codeOf, isFull, notRecorded, readLines, takeBack } from './lines-file.js';
import { sha256 } from './sha256.js';
import { readBytes, writeOnce } from './write-once.js';
import { withWriterLock } from './writer-lock.js';

const ENDING = '.jsonl';
/** Shorter than the call's own limit, so that its sentence is heard. */
const LOCK_DEADLINE_MS = 3_000;
const nothing: Lines = { lines: [], torn: null };

/**
 * The journal as files: `runs/<run>.jsonl`, `ledger.jsonl`, and attachments beside the runs. Every write is fsynced, file and folder,
 * before it is acknowledged. Nothing is touched before the first write.
 */
export function createFileJournal(folder: string): Journal {
  const ledgerPath = join(folder, 'ledger.jsonl');
  const runPath = (run: string): string => {
    assertRunName(run);
    return join(folder, 'runs', `${run}${ENDING}`);
  };
  const attachmentPath = (name: string): string => {
    assertRunName(name);
    if (name.endsWith(ENDING)) throw new ChangeoverError('Invalid', `"${name}" is the name of a record.`);
    return join(folder, 'runs', name);
  };
  const ledger = async (): Promise<Lines> => (await readLines(ledgerPath)) ?? nothing;
  /** Where there was room for the lines and none for their seal, the lines go too: whoever verifies on a full disk finds the record whole. */
  const unsealed = async (error: unknown, { path, size, seal }: { path: string; size: number | null; seal: string }): Promise<never> => {
    if (size !== null && isFull(error) && !(await ledger()).lines.includes(seal)) await takeBack(path, size);
    throw error;
  };

  return {
    async append(run, entries) {
      const path = runPath(run);
      return withWriterLock(join(folder, 'lock'), LOCK_DEADLINE_MS, async () => {
        const standing = { run: (await readLines(path)) ?? nothing, ...endOf(await ledger(), run) };
        const { lines, seal, head } = appending(standing, { run, entries, at: new Date().toISOString() }, sha256);
        const size = lines.length > 0 || standing.run.torn !== null ? await appendLines(path, lines.map(({ line }) => line)) : null;
        if (seal !== null) await appendLines(ledgerPath, [seal.line]).catch(async (error: unknown) => unsealed(error, { path, size, seal: seal.line }));
        return head;
      });
    },
    async read(run) {
      const lines = await readLines(runPath(run));
      return lines === null ? null : { run, ...lines };
    },
    async runs() {
      const names = await namesIn(join(folder, 'runs'));
      const found = new Set(names.filter((name) => name.endsWith(ENDING)).map((name) => name.slice(0, -ENDING.length)));
      const inOrder = new Set((await ledger()).lines.map((line) => readLine<Seal>(line)?.entry.run ?? '').filter((run) => found.has(run)));
      return [...inOrder, ...[...found].filter((run) => !inOrder.has(run)).toSorted()];
    },
    ledger,
    attachments: {
      write: async (name, bytes) => writeOnce(attachmentPath(name), bytes),
      read: async (name) => readBytes(attachmentPath(name)),
    },
  };
}

/** The ledger's end, and its last word about a run. A line that cannot be read must not be built upon. */
function endOf({ lines }: Lines, run: string) {
  const last = lines.at(-1);
  const read = last === undefined ? null : readLine<Seal>(last);
  if (last !== undefined && read === null) throw new ChangeoverError('RecordDamaged', 'The last line of the ledger cannot be read.');
  const lastSeal = lines.map((line) => readLine<Seal>(line)?.entry).findLast((seal) => seal?.run === run) ?? null;
  return { ledgerHead: read === null ? EMPTY : { entries: read.entry.sequence, digest: read.digest }, lastSeal };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw notRecorded(folder, error);
  }
}
