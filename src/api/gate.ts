import type { FastifyRequest } from 'fastify';
import type { Action, Identity } from '../domain/access.js';
import { ChangeoverError } from '../domain/errors.js';
import type { Access } from '../ports/access.js';

/** Where requests are let in: who sent it, and whether they may. */
export interface Gate {
  identify(request: FastifyRequest): Promise<Identity>;
  /** Throws `NotAllowed` with what would be needed. */
  permit(identity: Identity, action: Action): Promise<void>;
}

/** The gate over an access driver. */
export function createGate(access: Access, now: () => number = Date.now): Gate {
  return {
    async identify(request) {
      const identity = await access.identify(bearerOf(request));
      if (identity.expiresAtMs !== undefined && identity.expiresAtMs <= now()) throw new ChangeoverError('Unauthenticated', 'The token has expired.');
      return identity;
    },
    async permit(identity, action) {
      if (await access.allows(identity, action)) return;
      const where = action.plan === null ? 'in every namespace' : `for the plan ${action.plan.namespace}/${action.plan.name}`;
      throw new ChangeoverError('NotAllowed', `${identity.name} may not ${action.verb} runs.changeover.io ${where}.`);
    },
  };
}

/** No gate: on loopback, when asked for by name. Everybody is the person at this machine, for whom nobody vouches. */
export function openGate(localName: string): Gate {
  return {
    async identify(request) {
      // A page in a browser could reach loopback under a name of its own (DNS rebinding).
      if (!isLoopbackHost(request.headers.host ?? '')) throw new ChangeoverError('NotAllowed', 'Without authentication only requests to localhost, 127.0.0.0/8 or [::1] are answered.');
      return { name: localName, groups: [], verified: false };
    },
    permit: async () => {},
  };
}

function bearerOf(request: FastifyRequest): string {
  const token = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw new ChangeoverError('Unauthenticated', 'There is no bearer token in the header Authorization.');
  return token;
}

function isLoopbackHost(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);
}
