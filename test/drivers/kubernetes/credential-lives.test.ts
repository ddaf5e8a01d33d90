import type { User } from '@kubernetes/client-node';
import { isLeftAlone, type CredentialLife } from '../../../src/domain/credential-life.js';
import { credentialLives } from '../../../src/drivers/kubernetes/credential-lives.js';

const FILES = 'token-files';
const user = (of: Partial<User> = {}): User => ({ name: 'u', ...of });
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const aToken = (claims: unknown): string => `Bearer ${encoded({ alg: 'RS256' })}.${encoded(claims)}.c2lnbmF0dXJl`;
/** Made for this test, to last for a day; its key was thrown away. */
const certificate = `-----BEGIN CERTIFICATE-----\nMIIBbDCCAROgAwIBAgIUKk4gZL0hVYfxJi+UvZzGAKlmEn0wCgYIKoZIzj0EAwIw\nDDEKMAgGA1UEAwwBdTAeFw0yNjExMjMxOTU3NTZaFw0yNjExMjQxOTU3NTZaMAwx\nCjAIBgNVBAMMAXUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASZQKFAvI8zUZxu\n40Au9y7xEGWhklZ7rbLOQ9HsjgywFYCR1dUm17QEd8jib5OT6a19VN8SV2+PUEo5\n5b1SjuG/o1MwUTAdBgNVHQ4EFgQUXMUX85CK+KNZtHcTjIrWg6lMzAcwHwYDVR0j\nBBgwFoAUXMUX85CK+KNZtHcTjIrWg6lMzAcwDwYDVR0TAQH/BAUwAwEB/zAKBggq\nhkjOPQQDAgNHADBEAiA1cQ1/uIhrwd0KFA8HH5UQOjjGqiN4zKjocrDdPPqJ4gIg\nCnqcKPVoFmBTEea4J5VuU+lmsuRrbBO7qxkEtLFNyNA=\n-----END CERTIFICATE-----\n`;
const began = Date.parse('2026-01-01T00:00:00Z') / 1000;
const day = { beganAt: '2026-01-01T00:00:00.000Z', endsAt: '2026-01-02T00:00:00.000Z' };
const aDay = { beganAt: '2026-11-23T19:57:56.000Z', endsAt: '2026-11-24T19:57:56.000Z' };
const lives = (of: Partial<User>, authorization?: string, pem?: string) => credentialLives({ user: user(of), authorization, certificate: pem }, FILES);

describe('How long a credential is accepted', () => {
  const token = aToken({ iat: began, exp: began + 86_400, sub: 'a-name' });

  test('is read from a token, and whether it lies in a file; nothing else of the token comes along', () => {
    expect(lives({ token: 'x' }, token)).toEqual([{ what: 'token', ...day, isFile: false }]);
    expect(lives({ authProvider: { name: FILES, config: {} } }, token)).toEqual([{ what: 'token', ...day, isFile: true }]);
  });

  test('is read from a client certificate, in the kubeconfig or in a file', () => {
    expect(lives({ certData: 'x' }, undefined, certificate)).toEqual([{ what: 'client certificate', ...aDay, isFile: false }]);
    expect(lives({ certFile: '/c.pem' }, undefined, certificate)).toEqual([{ what: 'client certificate', ...aDay, isFile: true }]);
  });

  const silent: readonly (readonly [string, Partial<User>, string | undefined, string | undefined])[] = [
    ['an opaque token', {}, 'Bearer opaque', undefined],
    ['a token with three parts that are no JSON', {}, 'Bearer a.b.c', undefined],
    ['a token that never ends', {}, aToken({ iat: began }), undefined],
    ['a token whose end no calendar has', {}, aToken({ exp: 1e300 }), undefined],
    ['a token whose end is a word', {}, aToken({ exp: 'tomorrow' }), undefined],
    ['a password', {}, 'Basic dTpw', undefined],
    ['what is no certificate', {}, undefined, 'none'],
    ['what a program gives, which gives another one', { exec: { command: 'gives' } }, token, certificate],
    ['what another provider gives', { authProvider: { name: 'cloud', config: {} } }, token, undefined],
  ];
  test.each(silent)('is not said by %s', (_, of, authorization, pem) => expect(lives(of, authorization, pem)).toEqual([]));
});

describe('A credential', () => {
  const life: CredentialLife = { what: 'token', ...day, isFile: true };
  const at = (hour: number): number => Date.parse(day.beganAt) + hour * 3_600_000;

  test('in a file is renewed by somebody, until so little of its life is left that nobody does', () => {
    expect([at(0), at(20), at(22)].map((now) => isLeftAlone(life, now))).toEqual([false, false, true]);
    expect(isLeftAlone({ ...life, beganAt: null }, at(0))).toBe(true);
  });

  test('in a kubeconfig is renewed by a person', () => expect(isLeftAlone({ ...life, isFile: false }, at(0))).toBe(true));
});
