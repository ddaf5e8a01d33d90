import fc from 'fast-check';
import { formatIPv6 } from '../../../src/domain/addresses.js';
import { decodeMessage, encodeMessage, rcodeOf, type OutgoingRecord } from '../../../src/drivers/dns/message.js';
import { sign, verify } from '../../../src/drivers/dns/tsig.js';
import { classCode, decodeName, encodeData, encodeName, Malformed, typeCode } from '../../../src/drivers/dns/wire.js';
import { answers, key, queryA, signedAnswer, signedAt, signedUpdate } from './vectors.js';

const label = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789-_'.split('')), minLength: 1, maxLength: 20 });
const name = fc.array(label, { minLength: 1, maxLength: 6 }).map((labels) => `${labels.join('.')}.`);
const record: fc.Arbitrary<OutgoingRecord> = fc.oneof(
  fc.record({ type: fc.constant('A' as const), value: fc.ipV4() }),
  fc.record({ type: fc.constant('AAAA' as const), value: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => formatIPv6([...bytes])) }),
  fc.record({ type: fc.constantFrom('CNAME' as const, 'PTR' as const, 'NS' as const), value: name }),
  fc.record({ type: fc.constant('TXT' as const), value: fc.string({ maxLength: 60 }) }),
).chain((data) => fc.record({ name, class: fc.constant('IN' as const), ttlSeconds: fc.nat(0x7fffffff) }).map((rest) => ({ ...data, ...rest })));

/** What came of reading these bytes; any other error than a refusal is thrown. */
function outcomeOf(read: () => unknown): unknown {
  try {
    const result = read();
    return typeof result === 'string' ? result : 'answered';
  } catch (error) {
    if (error instanceof Malformed) return 'malformed';
    throw error;
  }
}

describe('messages', () => {
  test('answers of BIND are read, compressed names too', () => {
    const read = (bytes: Buffer): unknown[] => decodeMessage(bytes).answers.map(({ name: owner, type, ttlSeconds, value }) => [owner, type, ttlSeconds, value]);
    expect(read(answers.a)).toEqual([['orders.example.test.', typeCode.A, 1, '127.20.0.80']]);
    expect(read(answers.cname)).toEqual([['fresh.example.test.', typeCode.CNAME, 1, 'orders.example.test.']]);
    expect(read(answers.aaaa)).toEqual([['orders.example.test.', typeCode.AAAA, 300, 'fd00:ea57::80']]);
    const message = decodeMessage(answers.a);
    expect(message).toMatchObject({ id: 0x3eee, isResponse: true, authoritative: true, truncated: false, opcode: 0 });
    expect(message.authority[0]?.value).toBe('ns1.example.test.');
    expect(rcodeOf(message)).toBe('NOERROR');
  });

  test('a query is what dig sends, without the AD bit', () => {
    const expected = Buffer.from(queryA);
    expected.writeUInt16BE(0, 2);
    expect(encodeMessage({ id: 0x3eee, opcode: 'query', question: { name: 'orders.example.test.', type: 'A' } })).toEqual(expected);
  });

  test('an update says the same as the one of nsupdate', () => {
    const owner = { orders: 'orders.example.test.', shop: 'shop.example.test.', fresh: 'fresh.example.test.' };
    const ours = decodeMessage(encodeMessage({
      id: 0xbdd6, opcode: 'update', question: { name: 'example.test.', type: 'SOA' },
      prerequisites: [
        { name: owner.orders, type: 'A', class: 'IN', ttlSeconds: 0, value: '127.10.0.80' },
        { name: owner.orders, type: 'A', class: 'IN', ttlSeconds: 0, value: '127.10.0.81' },
        { name: owner.fresh, type: 'A', class: 'NONE', ttlSeconds: 0, value: null },
      ],
      updates: [
        { name: owner.orders, type: 'A', class: 'ANY', ttlSeconds: 0, value: null },
        { name: owner.orders, type: 'A', class: 'IN', ttlSeconds: 1, value: '127.20.0.80' },
        { name: owner.shop, type: 'CNAME', class: 'ANY', ttlSeconds: 0, value: null },
        { name: owner.shop, type: 'AAAA', class: 'IN', ttlSeconds: 1, value: 'fd00:3e57::80' },
        { name: owner.fresh, type: 'CNAME', class: 'IN', ttlSeconds: 1, value: owner.orders },
      ],
    }));
    const theirs = decodeMessage(signedUpdate);
    const said = (message: typeof ours): unknown => [message.id, message.opcode, ...[message.answers, message.authority].map((section) => section.map(({ name: n, type, class: c, ttlSeconds, value }) => [n, type, c, ttlSeconds, value]))];
    // An empty A or CNAME reads as no value on both sides.
    expect(said(ours)).toEqual(said(theirs));
  });

  test('what is written is read back', () => {
    fc.assert(fc.property(fc.array(record, { maxLength: 8 }), fc.array(record, { maxLength: 8 }), fc.nat(65_535), (prerequisites, updates, id) => {
      const message = decodeMessage(encodeMessage({ id, opcode: 'update', question: { name: 'example.test.', type: 'SOA' }, prerequisites, updates }));
      const plain = (records: readonly OutgoingRecord[]): unknown[] => records.map((r) => [r.name, typeCode[r.type], classCode[r.class], r.ttlSeconds, r.value]);
      expect(message.answers.map((r) => [r.name, r.type, r.class, r.ttlSeconds, r.value])).toEqual(plain(prerequisites));
      expect(message.authority.map((r) => [r.name, r.type, r.class, r.ttlSeconds, r.value])).toEqual(plain(updates));
    }));
  });

  test('no bytes make the decoder do anything but answer or refuse', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(['answered', 'malformed']).toContain(outcomeOf(() => decodeMessage(Buffer.from(bytes))));
    }), { numRuns: 2_000 });
  });

  test('every cut of a good message is refused', () => {
    for (let length = 0; length < answers.cname.length; length += 1) expect(() => decodeMessage(answers.cname.subarray(0, length))).toThrow(Malformed);
  });
});

describe('names', () => {
  test('names that point at themselves, forwards or out of the message are refused', () => {
    for (const bytes of [[0xc0, 0x00], [0xc0, 0x02, 0xc0, 0x00], [0x01, 0x61, 0xc0, 0x00], [0xff, 0xff], [0x40], [0x05, 0x61]]) {
      expect(() => decodeName(Buffer.from(bytes), 0)).toThrow(Malformed);
    }
  });

  test.each(['a..b.', '.a.', `${'x'.repeat(64)}.test.`, `${'abcdefg.'.repeat(32)}`])('"%s" is no name', (text) => {
    expect(() => encodeName(text)).toThrow('DNS name');
  });

  test('the root is an empty name', () => {
    expect(encodeName('.')).toEqual(Buffer.from([0]));
  });

  test('a value that its type cannot have is refused', () => {
    for (const [type, value] of [['A', 'fd00::1'], ['AAAA', '10.0.0.1'], ['TXT', 'x'.repeat(256)], ['SOA', 'x']] as const) expect(() => encodeData(type, value)).toThrow(`${type} record`);
  });
});

describe('TSIG', () => {
  const tsig = decodeMessage(signedUpdate).additional[0];
  const unsigned = Buffer.from(signedUpdate.subarray(0, tsig?.offset));
  unsigned.writeUInt16BE(0, 10);
  const { signed, mac } = sign(unsigned, key, signedAt);

  test('our signature is the one nsupdate made', () => {
    expect(signed).toEqual(signedUpdate);
  });

  test('the answer of BIND verifies, up to five minutes later', () => {
    expect(verify(signedAnswer, { key, mac, nowSeconds: signedAt + 300 })).toEqual({ kind: 'verified', timeSeconds: signedAt });
    expect(verify(signedAnswer, { key, mac, nowSeconds: signedAt + 301 })).toEqual({ kind: 'refused', reason: 'the clocks are 301 s apart' });
  });

  test('an answer with any bit turned, to another request, or by another key does not verify', () => {
    const accepted = Array.from({ length: signedAnswer.length * 8 }, (_, bit) => bit).filter((bit) => {
      const turned = Buffer.from(signedAnswer);
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return outcomeOf(() => verify(turned, { key, mac, nowSeconds: signedAt }).kind) === 'verified';
    });
    // The id on the wire is not signed (the original id is), the exchange compares it; names are signed in lower case; a TTL of 0 and the class are assumed.
    expect(accepted.filter((bit) => bit >= 16 && !isLetterCase(signedAnswer, bit) && !isAssumed(bit))).toEqual([]);
    expect(verify(signedAnswer, { key, mac: Buffer.alloc(32), nowSeconds: signedAt }).kind).toBe('refused');
    expect(verify(signedAnswer, { key: { ...key, secret: 'AAAA' }, mac, nowSeconds: signedAt }).kind).toBe('refused');
    expect(verify(signedAnswer, { key: { ...key, name: 'other.' }, mac, nowSeconds: signedAt }).kind).toBe('refused');
  });

  test('an unsigned answer does not verify', () => {
    expect(verify(answers.a, { key, mac, nowSeconds: signedAt })).toEqual({ kind: 'refused', reason: 'the answer is not signed' });
  });

  const answerTsig = decodeMessage(signedAnswer).additional[0];

  function isLetterCase(bytes: Buffer, bit: number): boolean {
    const byte = bytes[bit >> 3] ?? 0;
    return (bit & 7) === 5 && (bit >> 3) >= (answerTsig?.offset ?? 0) && /[a-z]/i.test(String.fromCharCode(byte));
  }

  function isAssumed(bit: number): boolean {
    const fields = (answerTsig?.dataOffset ?? 0) - 8;
    return (bit >> 3) >= fields && (bit >> 3) < fields + 6;
  }
});
