import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { allowedBy, type RoleName } from '../../domain/access.js';
import { ChangeoverError } from '../../domain/errors.js';
import type { Access } from '../../ports/access.js';

export interface OidcOptions {
  readonly issuer: string;
  readonly audience: string;
  /** Where the issuer's public keys are. */
  readonly jwks: string;
  /** Signatures that count; the token's own header chooses among these and never beyond. */
  readonly algorithms: readonly string[];
  readonly nameClaim: string;
  readonly groupsClaim: string;
  /** Groups of the issuer that hold each role. */
  readonly roles: Readonly<Record<RoleName, readonly string[]>>;
}

/** Clocks of issuers differ by so much, seconds. */
const TOLERANCE_SECONDS = 5;
const JWKS_TIMEOUT_MS = 5_000;

/** Tokens that an OpenID Connect issuer signed: issuer, audience, time and signature are checked here, the roles stand in our configuration. */
export function createOidcAccess(options: OidcOptions): Access {
  const keys = createRemoteJWKSet(new URL(options.jwks), { timeoutDuration: JWKS_TIMEOUT_MS });
  return {
    async identify(token) {
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer: options.issuer,
          audience: options.audience,
          algorithms: [...options.algorithms],
          clockTolerance: TOLERANCE_SECONDS,
          requiredClaims: ['exp', options.nameClaim],
        });
        const name = payload[options.nameClaim];
        if (typeof name !== 'string' || name === '') throw new ChangeoverError('Unauthenticated', `The token's claim ${options.nameClaim} is not a name.`);
        const claimed = payload[options.groupsClaim];
        const groups = Array.isArray(claimed) ? claimed.filter((group) => typeof group === 'string') : typeof claimed === 'string' ? [claimed] : [];
        return { name, groups, verified: true, ...(payload.exp === undefined ? {} : { expiresAtMs: payload.exp * 1000 }) };
      } catch (cause) {
        throw cause instanceof ChangeoverError ? cause : refusal(cause, options);
      }
    },

    async allows(identity, action) {
      const held = (Object.keys(options.roles) as RoleName[]).filter((role) => options.roles[role].some((group) => identity.groups.includes(group)));
      return allowedBy(held, action.verb);
    },
  };
}

/** A sentence of ours: the library's may quote a claim, and a claim may be anything. */
function refusal(cause: unknown, { issuer, audience }: OidcOptions): ChangeoverError {
  if (cause instanceof errors.JWTExpired) return new ChangeoverError('Unauthenticated', 'The token has expired.');
  if (cause instanceof errors.JWTClaimValidationFailed) {
    const wanted = cause.claim === 'aud' ? `is not made for ${audience}` : cause.claim === 'iss' ? `is not of ${issuer}` : `has a claim ${cause.claim} that does not hold`;
    return new ChangeoverError('Unauthenticated', `The token ${wanted}.`);
  }
  if (cause instanceof errors.JOSEAlgNotAllowed || cause instanceof errors.JOSENotSupported) return new ChangeoverError('Unauthenticated', 'The token is not signed in a way that counts here.');
  if (cause instanceof errors.JWKSTimeout) return new ChangeoverError('Unreachable', 'The keys of the issuer could not be read in time.');
  if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys || cause instanceof errors.JWSSignatureVerificationFailed) return new ChangeoverError('Unauthenticated', 'The token is not signed by a key of the issuer.');
  if (cause instanceof errors.JWSInvalid || cause instanceof errors.JWTInvalid) return new ChangeoverError('Unauthenticated', 'This is not a signed token.');
  // What is left are answers of the issuer that are none, and a network that fails.
  return new ChangeoverError('Unreachable', 'The keys of the issuer could not be read.');
}
