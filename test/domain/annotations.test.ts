import fc from 'fast-check';
import { formatAnswerAnnotation, formatDecisionAnnotation, isPlainName, MOST_CHARACTERS, parseAnswerAnnotation, parseDecisionAnnotation, type AnnotatedDecision } from '../../src/domain/annotations.js';
import { siteVerbs } from '../../src/domain/site-decision.js';
import { decisionKinds } from '../../src/domain/status.js';

const approve: AnnotatedDecision = { by: 'alice', kind: 'approve', step: null, reason: 'the window is open', id: null, statement: null };

const problemOf = (text: string): string => {
  const read = parseDecisionAnnotation(text);
  return 'problem' in read ? read.problem : 'none';
};

describe('A decision on a DR plan', () => {
  const good: readonly (readonly [string, string, AnnotatedDecision])[] = [
    ['with what must be there', '{"by":"alice","decision":"approve","reason":"the window is open"}', approve],
    ['with everything', '{"by":"alice","decision":"attest-source-off","step":"swap-roles","reason":"power is off","id":"d-1","statement":"east is off"}', { by: 'alice', kind: 'attest-source-off', step: 'swap-roles', reason: 'power is off', id: 'd-1', statement: 'east is off' }],
    ['with what only some bring', '{"by":"alice","decision":"approve","reason":"the window is open","run":"orders-1","digest":"a-b"}', { ...approve, more: { run: 'orders-1', digest: 'a-b' } }],
    ['about a site by its name', '{"by":"alice","decision":"attest","site":"west","reason":"power is off","statement":"west is off"}', { by: 'alice', kind: 'attest', site: 'west', step: null, reason: 'power is off', id: null, statement: 'west is off' }],
    ['with white space after the name', '{"by":"alice", "decision" : "approve",\n  "reason": "the window is open" }', approve],
    ['in another order after the name', '{"by":"alice","reason":"the window is open","decision":"approve"}', approve],
    ['with fields that are null', '{"by":"alice","decision":"approve","step":null,"id":null,"reason":"the window is open"}', approve],
    ['with an escaped quote in its reason', '{"by":"alice","decision":"approve","reason":"the \\"window\\" is open"}', { ...approve, reason: 'the "window" is open' }],
    ['of a ServiceAccount', '{"by":"system:serviceaccount:ops:bot","decision":"approve","reason":"the window is open"}', { ...approve, by: 'system:serviceaccount:ops:bot' }],
    ['of a name outside ASCII', '{"by":"oidc:Żofia","decision":"approve","reason":"the window is open"}', { ...approve, by: 'oidc:Żofia' }],
  ];
  test.each(good)('%s is read', (_, text, decision) => {
    expect(parseDecisionAnnotation(text)).toEqual({ decision });
  });

  const shape = /^The decision must be a JSON object of texts/;
  const name = /^The decision must begin with \{"by":"NAME",/;
  const bad: readonly (readonly [string, string, RegExp])[] = [
    ['that is empty', '', shape],
    ['that is a word', 'approve', shape],
    ['that is a list', '["approve"]', shape],
    ['that is cut off', '{"by":"alice","decision":"approve"', shape],
    ['with something after it', '{"by":"alice","decision":"approve","reason":"r"} {}', shape],
    ['with a comma at its end', '{"by":"alice","decision":"approve","reason":"r",}', shape],
    ['with an object inside', '{"by":"alice","decision":"approve","reason":{"a":"b"}}', shape],
    ['with a number', '{"by":"alice","decision":"approve","reason":1}', shape],
    ['with a broken escape', '{"by":"alice","decision":"approve","reason":"\\q"}', shape],
    ['with a line break inside a text', '{"by":"alice","decision":"approve","reason":"a\nb"}', shape],
    ['without a name', '{"decision":"approve","reason":"r"}', name],
    ['whose name is empty', '{"by":"","decision":"approve","reason":"r"}', name],
    ['whose name comes later', '{"decision":"approve","by":"alice","reason":"r"}', name],
    ['with white space before the name', '{ "by":"alice","decision":"approve","reason":"r"}', name],
    ['with white space inside the beginning', '{"by": "alice","decision":"approve","reason":"r"}', name],
    ['with white space before the first comma', '{"by":"alice" ,"decision":"approve","reason":"r"}', name],
    ['whose name is escaped', '{"by":"\\u0061lice","decision":"approve","reason":"r"}', name],
    ['whose name has a quote', '{"by":"al\\"ice","decision":"approve","reason":"r"}', name],
    ['whose key is escaped', '{"\\u0062y":"alice","decision":"approve","reason":"r"}', name],
    ['with a second name', '{"by":"alice","decision":"approve","reason":"r","by":"bob"}', /^The decision has "by" twice\.$/],
    ['with a second name that is escaped', '{"by":"alice","decision":"approve","reason":"r","\\u0062y":"bob"}', /^The decision has "by" twice\.$/],
    ['with an unknown field', '{"by":"alice","decision":"approve","reason":"r","verified":"true"}', /unknown field "verified"/],
    ['with a field named like one of every object', '{"by":"alice","decision":"approve","reason":"r","constructor":"x"}', /unknown field "constructor"/],
    ['of an unknown kind', '{"by":"alice","decision":"delete","reason":"r"}', /^"delete" is no decision\. There are: retry, skip,/],
    ['about a site that is not named', '{"by":"alice","decision":"promote","reason":"r"}', /^"promote" needs the "site"/],
    ['about a site where none is meant', '{"by":"alice","decision":"attest-source-off","site":"west","reason":"r"}', /^"attest-source-off" is about no site/],
    ['without a kind', '{"by":"alice","reason":"r"}', /^"" is no decision\./],
    ['without a reason', '{"by":"alice","decision":"approve"}', /needs a reason/],
    ['with a reason of blanks', '{"by":"alice","decision":"approve","reason":"  "}', /needs a reason/],
    ['with an escaped control character', '{"by":"alice","decision":"approve","reason":"a\\u0007b"}', /"reason" has a control character/],
    ['with an id that is no id', '{"by":"alice","decision":"approve","reason":"r","id":"a b"}', /"id" may have letters/],
    ['with too long a reason', `{"by":"alice","decision":"approve","reason":"${'r'.repeat(1_025)}"}`, /"reason" is 1025 characters long; 1024 are allowed/],
    ['that is too long', `{"by":"alice","decision":"approve","reason":"${'r'.repeat(MOST_CHARACTERS)}"}`, /4096 are allowed/],
  ];
  test.each(bad)('%s is refused', (_, text, problem) => {
    expect(problemOf(text)).toMatch(problem);
  });

  test('is read as it was written, whatever its reason', () => {
    const parts = {
      by: fc.string({ minLength: 1, maxLength: 40 }).filter(isPlainName),
      step: fc.option(fc.constantFrom('swap-roles', 'finish')),
      reason: fc.string({ minLength: 1, unit: 'grapheme', maxLength: 100 }).filter((text) => text.trim() !== '' && !/\p{Cc}/u.test(text)),
      id: fc.option(fc.uuid()),
      statement: fc.option(fc.constant('east is off')),
    };
    const decision = fc.record({ ...parts, kind: fc.constantFrom(...decisionKinds) });
    const aboutSite = fc.record({ ...parts, kind: fc.constantFrom(...siteVerbs), site: fc.constantFrom('east', 'west') });
    fc.assert(fc.property(fc.oneof(decision, aboutSite), (one) => expect(parseDecisionAnnotation(formatDecisionAnnotation(one))).toEqual({ decision: one })));
  });

  // What an admission policy compares is the beginning of the text, so no text with that beginning may be read as another name.
  test('names nobody but whom its beginning names', () => {
    const tail = fc.string({ unit: fc.constantFrom('"', '\\', ',', ':', 'by', 'bob', '}', 'reason', 'decision', 'approve', 'u0062', ' '), maxLength: 30 });
    fc.assert(
      fc.property(tail, (rest) => {
        const read = parseDecisionAnnotation(`{"by":"alice",${rest}`);
        expect('decision' in read ? read.decision.by : 'alice').toBe('alice');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('The answer to a decision', () => {
  const answer = { id: 'd-1', by: 'alice', decision: 'approve', verified: true, outcome: 'rejected', message: 'alice is not one of the approvers (bob).', at: '2026-01-01T00:00:00.000Z' } as const;

  test('is read as it was written', () => {
    expect(parseAnswerAnnotation(formatAnswerAnnotation(answer))).toEqual(answer);
  });

  test.each(['', 'accepted', '[]', 'null', '{"id":"d-1"}', JSON.stringify({ ...answer, outcome: 'maybe' })])('is not taken from %j', (text) => {
    expect(parseAnswerAnnotation(text)).toBeNull();
  });
});
