import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporalAccess, temporalSettings } from '../../src/settings/temporal.js';

describe('How Temporal is reached', () => {
  let folder = '';
  let toml = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'changeover-temporal-'));
    toml = join(folder, 'temporal.toml');
    writeFileSync(toml, '[profile.default]\naddress = "default.test:7233"\n[profile.prod]\naddress = "prod.test:7233"\nnamespace = "prod"\napi_key = "from-profile"\n[profile.prod.tls]\nserver_name = "profile.test"\n');
    for (const name of ['ca.pem', 'client.pem', 'client.key', 'token']) writeFileSync(join(folder, name), `content of ${name}\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const access = (settings: unknown, env: Readonly<Record<string, string | undefined>> = {}) =>
    temporalAccess(temporalSettings.parse(settings), { folder, env: { TEMPORAL_CONFIG_FILE: join(folder, 'none.toml'), ...env } });

  test('is the development server where nobody says anything', () => {
    const { address, namespace, credentials } = access({});
    expect({ address, namespace }).toEqual({ address: '127.0.0.1:7233', namespace: 'default' });
    expect(credentials()).toEqual({ metadata: {} });
  });

  test('comes from the environment, then our file, then the profile, field by field', () => {
    const file = { TEMPORAL_CONFIG_FILE: toml };
    expect(access({}, file)).toMatchObject({ address: 'default.test:7233', namespace: 'default' });
    expect(access({ profile: 'prod' }, file)).toMatchObject({ address: 'prod.test:7233', namespace: 'prod' });
    expect(access({ profile: 'prod', address: 'ours.test:7233' }, file)).toMatchObject({ address: 'ours.test:7233', namespace: 'prod' });
    expect(access({ address: 'ours.test:7233' }, { ...file, TEMPORAL_PROFILE: 'prod', TEMPORAL_ADDRESS: 'env.test:7233' })).toMatchObject({ address: 'env.test:7233', namespace: 'prod' });
  });

  test('takes TLS and the API key field by field from the same places', () => {
    const file = { TEMPORAL_CONFIG_FILE: toml };
    const settings = { profile: 'prod', apiKeyFile: 'token', tls: { serverCa: 'ca.pem', clientCert: 'client.pem', clientKey: 'client.key' } };
    const { tls, apiKey } = access(settings, file).credentials();
    expect(apiKey).toBe('content of token');
    expect(tls).toMatchObject({ serverNameOverride: 'profile.test', serverRootCACertificate: Buffer.from('content of ca.pem\n'), clientCertPair: { key: Buffer.from('content of client.key\n') } });
    expect(access(settings, { ...file, TEMPORAL_API_KEY: 'from-env', TEMPORAL_TLS: 'false' }).credentials()).toMatchObject({ apiKey: 'from-env', tls: false });
    expect(access({ tls: true }).credentials()).toMatchObject({ tls: {} });
  });

  test('turns TLS on by itself for an API key', () => {
    expect(access({ apiKeyFile: 'token' }).credentials()).toMatchObject({ tls: true });
    expect(access({}, { TEMPORAL_API_KEY: 'k' }).credentials()).toMatchObject({ tls: true, apiKey: 'k' });
  });

  test('never stands with its secrets in a value that may be printed', () => {
    const text = JSON.stringify(access({ profile: 'prod', apiKeyFile: 'token' }, { TEMPORAL_CONFIG_FILE: toml, TEMPORAL_API_KEY: 'from-env' }));
    for (const secret of ['from-profile', 'from-env', 'content of token']) expect(text).not.toContain(secret);
  });

  test('is a fault where the named profile does not exist', () => {
    expect(() => access({ profile: 'nowhere' }, { TEMPORAL_CONFIG_FILE: toml })).toThrow("Profile 'nowhere' not found");
  });
});
