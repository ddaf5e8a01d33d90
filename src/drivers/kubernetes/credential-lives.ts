import { X509Certificate } from 'node:crypto';
import type { User } from '@kubernetes/client-node';
import type { CredentialLife } from '../../domain/credential-life.js';

/** What was sent last, and the kubeconfig's user that says where it came from. */
interface Sent {
  readonly user: User | null;
  /** The `authorization` header; absent: none. */
  readonly authorization: string | undefined;
  /** PEM; absent: none. */
  readonly certificate: unknown;
}

/**
 * How long our credentials are accepted, as far as they say so: a token that is opaque, or has no end, says nothing. What a program
 * gives (`exec`) is left out: that program gives another one. Nothing of the credentials themselves is in the result.
 */
export function credentialLives({ user, authorization, certificate }: Sent, tokenFiles: string): readonly CredentialLife[] {
  if (user === null || user.exec != null) return [];
  const provider = user.authProvider?.name;
  const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
  const ofToken = token === undefined || (provider !== undefined && provider !== tokenFiles) ? null : lifeOfToken(token);
  const ofCertificate = lifeOfCertificate(certificate);
  return [
    ...(ofToken === null ? [] : [{ what: 'token', ...ofToken, isFile: provider === tokenFiles } as const]),
    ...(ofCertificate === null ? [] : [{ what: 'client certificate', ...ofCertificate, isFile: (user.certFile ?? '') !== '' } as const]),
  ];
}

type Life = Pick<CredentialLife, 'beganAt' | 'endsAt'>;

/** `iat` and `exp` of a JSON Web Token (RFC 7519). It is not verified: the API server does that. */
function lifeOfToken(token: string): Life | null {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return null;
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
  const { exp, iat } = (typeof claims === 'object' && claims !== null ? claims : {}) as { exp?: unknown; iat?: unknown };
  const endsAt = isoOf(exp);
  return endsAt === null ? null : { beganAt: isoOf(iat), endsAt };
}

/** Of seconds since the epoch; null: they are none that a Date can hold. */
function isoOf(seconds: unknown): string | null {
  return typeof seconds === 'number' && seconds > 0 && seconds <= 8.64e12 ? new Date(seconds * 1000).toISOString() : null;
}

/** Of the first certificate in a file: the one that is ours, before those that vouch for it. */
function lifeOfCertificate(pem: unknown): Life | null {
  if (typeof pem !== 'string' && !Buffer.isBuffer(pem)) return null;
  try {
    const { validFrom, validTo } = new X509Certificate(pem);
    return { beganAt: new Date(validFrom).toISOString(), endsAt: new Date(validTo).toISOString() };
  } catch {
    return null;
  }
}
