import { errorTable } from '../../src/domain/errors.js';
import { limits } from '../../src/domain/limits.js';
import { read, rowsOf } from './markdown.js';

const text = read('docs/glossary.md');
const words = rowsOf(text, 'word', 'meaning').flatMap(([word = '']) => word.split(', '));

/** Words that stand in names of the code. */
const used = [
  'site', 'DR plan', 'unit', 'plan', 'source', 'target', 'primary', 'secondary', 'unreadable', 'procedure', 'run', 'request', 'step', 'undo', 'take', 'phase', 'mood', 'held', 'debt',
  'check', 'preflight', 'recheck', 'ownership', 'adoption', 'claim', 'epoch', 'writer', 'turn', 'guard', 'fence', 'probe', 'proof', 'offline', 'drained', 'confirmed', 'swapped',
  'snapshot', 'capture', 'tag', 'sealed', 'original', 'mark', 'staged', 'inert', 'hold', 'stash', 'frozen', 'parked', 'stranger', 'decision', 'approval', 'attestation', 'ack', 'choice',
  'family', 'port', 'driver', 'contract', 'activity', 'board', 'desk', 'world', 'conductor', 'story', 'sweep', 'lab', 'judge', 'mutant', 'floor', 'refused', 'undone', 'completed', 'the line',
  'record', 'journal', 'fact', 'entry', 'chain', 'ledger', 'seal', 'head', 'finding', 'spool', 'keeper', 'limit', 'prediction', 'backlog', 'demand', 'room',
];

describe('The glossary', () => {
  test('explains every word that stands in names of the code', () => {
    expect(used.filter((word) => !words.includes(word))).toEqual([]);
  });

  test('explains no word twice', () => {
    expect(words.filter((word, i) => words.indexOf(word) !== i)).toEqual([]);
  });

  test('names every mood and every family of errors', () => {
    const named = [...Object.keys(limits), ...new Set(Object.values(errorTable).map((row) => row.family))];
    expect(named.filter((word) => !text.includes(`\`${word}\``))).toEqual([]);
  });
});
