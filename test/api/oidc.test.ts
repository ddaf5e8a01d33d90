import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { base64url, exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { createGate } from '../../src/api/gate.js';
import { createOidcAccess } from '../../src/drivers/oidc/access.js';
import { ask, aRun, served, type Served } from './support/serving.js';

const ISSUER = 'https://login.example.test';
const AUDIENCE = 'changeover';
const KEY_ID = 'k1';

let issuer: Server;
let at: Served;
let key: CryptoKey;
let strangersKey: CryptoKey;
let publicKey: Record<string, unknown>;

beforeAll(async () => {
  const own = await generateKeyPair('ES256', { extractable: true });
  key = own.privateKey;
  publicKey = { ...(await exportJWK(own.publicKey)), kid: KEY_ID, alg: 'ES256', use: 'sig' };
  strangersKey = (await generateKeyPair('ES256')).privateKey;
  issuer = createServer((_, answer) => answer.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [publicKey] })));
  await new Promise<void>((resolve) => {
    issuer.listen(0, '127.0.0.1', resolve);
  });
});
afterAll(() => new Promise((resolve) => issuer.close(resolve)));

beforeEach(async () => {
  const jwks = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`;
  const options = { issuer: ISSUER, audience: AUDIENCE, jwks, algorithms: ['ES256'], nameClaim: 'email', groupsClaim: 'groups', roles: { viewer: ['staff'], operator: ['sre'], approver: ['duty'] } };
  at = await served({ gate: createGate(createOidcAccess(options)) });
});
afterEach(() => at.app.close());

interface TokenOf {
  readonly claims?: JWTPayload;
  readonly issuer?: string;
  readonly audience?: string;
  readonly expires?: string | null;
  readonly notBefore?: string;
  readonly signedBy?: CryptoKey;
  readonly kid?: string;
}

async function token(of: TokenOf = {}): Promise<string> {
  const made = new SignJWT({ email: 'ann@example.test', groups: ['staff', 'sre'], ...of.claims })
    .setProtectedHeader({ alg: 'ES256', kid: of.kid ?? KEY_ID })
    .setIssuer(of.issuer ?? ISSUER)
    .setAudience(of.audience ?? AUDIENCE);
  if (of.expires !== null) made.setExpirationTime(of.expires ?? '5m');
  if (of.notBefore !== undefined) made.setNotBefore(of.notBefore);
  return made.sign(of.signedBy ?? key);
}

const part = (value: unknown) => base64url.encode(JSON.stringify(value));
const in5Minutes = () => Math.floor(Date.now() / 1000) + 300;

describe('A token of an OpenID Connect issuer', () => {
  test('lets in whom it names, with the roles of their groups, and the name is recorded as verified', async () => {
    const answer = await ask(at, '/v1/runs', { as: await token(), body: aRun });
    expect(answer.status).toBe(202);
    expect(at.verbs.started[0]?.requestedBy).toEqual({ name: 'ann@example.test', verified: true, via: 'api' });
  });

  const claims = () => ({ email: 'eve@example.test', groups: ['sre', 'duty'], iss: ISSUER, aud: AUDIENCE, exp: in5Minutes() });
  const bad: readonly (readonly [string, () => Promise<string>, RegExp])[] = [
    ['that has expired', () => token({ expires: '-1m' }), /has expired/],
    ['that is of another audience', () => token({ audience: 'payroll' }), /not made for changeover/],
    ['that is of another issuer', () => token({ issuer: 'https://evil.example.test' }), /not of https:\/\/login\.example\.test/],
    ['that is not valid yet', () => token({ notBefore: '5m' }), /nbf/],
    ['that never expires', () => token({ expires: null }), /exp/],
    ['that names nobody', () => token({ claims: { email: '' } }), /email/],
    ['whose name is no text', () => token({ claims: { email: { toString: 'x' } } }), /email/],
    ['that another key signed', () => token({ signedBy: strangersKey }), /not signed by a key of the issuer/],
    ['that another key signed under an unknown id', () => token({ signedBy: strangersKey, kid: 'k2' }), /not signed by a key of the issuer/],
    ['that is unsigned', async () => `${part({ alg: 'none' })}.${part(claims())}.`, /./],
    ['that says alg none beside a signature', async () => `${part({ alg: 'none', kid: KEY_ID })}.${part(claims())}.${(await token()).split('.')[2]}`, /not signed in a way that counts|not a signed token/],
    ['that is signed with the public key as a secret', async () => new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: KEY_ID }).sign(new TextEncoder().encode(JSON.stringify(publicKey))), /not signed in a way that counts/],
    ['whose claims were changed after signing', async () => ((t: string[]) => `${t[0]}.${part(claims())}.${t[2]}`)((await token()).split('.')), /not signed by a key of the issuer/],
    ['that is no token', async () => 'hunter2', /not a signed token/],
  ];
  test.each(bad)('%s is refused with 401 and its reason, and not repeated', async (_, make, reason) => {
    const sent = await make();
    const answer = await ask(at, '/v1/runs', { as: sent, body: aRun });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.json).toMatchObject({ code: 'Unauthenticated', detail: expect.stringMatching(reason) });
    expect(answer.text).not.toContain(sent.slice(0, 20));
    expect(at.verbs.started).toEqual([]);
  });

  test('is missing or of another scheme: 401', async () => {
    expect((await ask(at, '/v1/runs', { as: null })).status).toBe(401);
    expect((await ask(at, '/v1/runs', { as: null, headers: { authorization: 'Basic YW5uOmh1bnRlcjI=' } })).status).toBe(401);
    expect((await ask(at, `/v1/runs?access_token=${await token()}`, { as: null })).status).toBe(401);
  });

  test('of somebody without the role is refused with 403 and what would be needed', async () => {
    const viewer = await token({ claims: { groups: ['staff'] } });
    expect((await ask(at, '/v1/runs/orders-1', { as: viewer })).status).toBe(200);
    expect(await ask(at, '/v1/runs', { as: viewer, body: aRun })).toMatchObject({ status: 403, json: { code: 'NotAllowed', detail: 'ann@example.test may not create runs.changeover.io for the plan infoscale-vtas/shop.' } });
    expect((await ask(at, '/v1/runs/orders-1/decisions', { as: await token(), body: { kind: 'approve', reason: 'yes' } })).status).toBe(403);
  });

  test('cannot be judged while the issuer does not answer, which is 503 and no yes', async () => {
    const options = { issuer: ISSUER, audience: AUDIENCE, jwks: 'http://127.0.0.1:9/keys', algorithms: ['ES256'], nameClaim: 'email', groupsClaim: 'groups', roles: { viewer: [], operator: [], approver: [] } };
    await at.app.close();
    at = await served({ gate: createGate(createOidcAccess(options)) });
    expect(await ask(at, '/v1/runs', { as: await token() })).toMatchObject({ status: 503, json: { code: 'Unreachable' } });
  });
});
