import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { dataConverter } from '../../src/temporal/converter.js';
import { readPayloadKey, SealingCodec, type PayloadKey } from '../../src/temporal/seal.js';

function aKey(id: string): PayloadKey {
  return { id, key: randomBytes(32) };
}

const old = aKey('old');
const fresh = aKey('fresh');
const payload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const valueOf = (of: Payload | undefined): unknown => defaultPayloadConverter.fromPayload(of ?? {});

describe('The sealing codec', () => {
  test('opens what it sealed, whatever it is', async () => {
    const codec = new SealingCodec(fresh);
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const [opened] = await codec.decode(await codec.encode([payload(value)]));
        expect(valueOf(opened)).toEqual(valueOf(payload(value)));
      }),
    );
    const bytes = { metadata: { encoding: Buffer.from('binary/plain'), other: Buffer.from([0, 255]) }, data: randomBytes(300) };
    expect(await codec.decode(await codec.encode([bytes, {}]))).toEqual([bytes, { metadata: {}, data: Buffer.alloc(0) }]);
  });

  test('leaves no trace of the text, and never the same bytes twice', async () => {
    const codec = new SealingCodec(fresh);
    const [one, two] = await codec.encode([payload('a planted text'), payload('a planted text')]);
    expect(JSON.stringify(one, (_, v: unknown) => (v instanceof Uint8Array ? Buffer.from(v).toString('latin1') : v))).not.toContain('planted');
    expect(Buffer.from(one?.data ?? []).equals(Buffer.from(two?.data ?? []))).toBe(false);
  });

  test('opens what the key before it sealed, and seals with the first', async () => {
    const [sealed] = await new SealingCodec(old).encode([payload('x')]);
    const after = new SealingCodec(fresh, [old]);
    expect(valueOf((await after.decode([sealed ?? {}]))[0])).toBe('x');
    const [again] = await after.encode([payload('x')]);
    await expect(new SealingCodec(old).decode([again ?? {}])).rejects.toThrow('sealed with the key fresh, which is none of temporal.payloadKeys');
  });

  test('passes what was written before sealing was switched on', async () => {
    const plain = payload('x');
    expect(await new SealingCodec(fresh).decode([plain])).toEqual([plain]);
  });

  test('refuses what was changed, cut, or sealed under another key of the same name', async () => {
    const codec = new SealingCodec(fresh);
    const [sealed] = await codec.encode([payload('x')]);
    const data = Buffer.from(sealed?.data ?? []);
    const changed = Buffer.from(data);
    changed[20] = (changed[20] ?? 0) ^ 1;
    for (const bad of [changed, data.subarray(0, -1), Buffer.alloc(0), Buffer.alloc(27)]) {
      await expect(codec.decode([{ ...sealed, data: bad }])).rejects.toMatchObject({ code: 'Invalid', message: 'A payload sealed with the key fresh was changed or cut.' });
    }
    await expect(new SealingCodec(aKey('fresh')).decode([sealed ?? {}])).rejects.toThrow('changed or cut');
  });
});

describe('A payload key', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'changeover-keys-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function file(content: string): string {
    const path = join(folder, 'payload.key');
    writeFileSync(path, content);
    return path;
  }

  test('is read from one line of base64 and named by its content', () => {
    const text = randomBytes(32).toString('base64');
    const key = readPayloadKey(file(`${text}\n`));
    expect(key.key.toString('base64')).toBe(text);
    expect(readPayloadKey(file(text)).id).toBe(key.id);
    expect(text).not.toContain(key.id);
  });

  test('of another length is refused without a word of its content', () => {
    const text = randomBytes(16).toString('base64');
    expect(() => readPayloadKey(file(text))).toThrow('is not a payload key');
    expect(() => readPayloadKey(file(text))).not.toThrow(text);
  });

  test('is not needed: without one, payloads are plain', () => {
    expect(dataConverter([])).toEqual({});
  });
});
