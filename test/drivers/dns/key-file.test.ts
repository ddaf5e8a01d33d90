import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKeyFile } from '../../../src/drivers/dns/key-file.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'changeover-key-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function aFile(text: string): Promise<string> {
  const path = join(folder, 'key');
  await writeFile(path, text);
  return path;
}

test('a key as tsig-keygen writes it is read', async () => {
  const path = await aFile('key "changeover." {\n\talgorithm hmac-sha256;\n\tsecret "c2VjcmV0";\n};\n');
  expect(readKeyFile(path)).toEqual({ name: 'changeover.', algorithm: 'hmac-sha256', secret: 'c2VjcmV0' });
});

test('an old algorithm, a file without a key and no file are refused, and no message shows the secret', async () => {
  const old = await aFile('key "k." { algorithm hmac-md5; secret "c2VjcmV0"; };');
  expect(() => readKeyFile(old)).toThrow(/hmac-md5; one of(?!.*c2VjcmV0)/);
  expect(() => readKeyFile(join(folder, 'absent'))).toThrow('cannot be read');
  const broken = await aFile('secret "c2VjcmV0";');
  expect(() => readKeyFile(broken)).toThrow(/is not a TSIG key file(?!.*c2VjcmV0)/);
});
