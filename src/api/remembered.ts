import { createHash } from 'node:crypto';
import type { Identity } from '../domain/access.js';
import type { Access } from '../ports/access.js';

/** So long an answer counts: a token that is withdrawn, or a right that is taken away, works no longer than this, milliseconds. */
const REMEMBERED_MS = 5_000;
const MOST = 2_000;

/** Asks each question once in a few seconds, however many requests come. Refusals and failures are not remembered. */
export function remembered(access: Access, now: () => number = Date.now): Access {
  const people = new Memory<Identity>(now);
  const rights = new Memory<true>(now);
  return {
    // The token itself is not kept.
    identify: (token) => people.get(createHash('sha256').update(token).digest('base64'), () => access.identify(token)),
    async allows(identity, action) {
      const question = JSON.stringify([identity.name, identity.groups, identity.uid ?? null, identity.extra ?? null, action]);
      return (await rights.get(question, async () => ((await access.allows(identity, action)) ? true : null))) === true;
    },
  };
}

class Memory<T> {
  private readonly kept = new Map<string, { readonly at: number; readonly value: T }>();

  constructor(private readonly now: () => number) {}

  async get(key: string, ask: () => Promise<T>): Promise<T>;
  async get(key: string, ask: () => Promise<T | null>): Promise<T | null>;
  async get(key: string, ask: () => Promise<T | null>): Promise<T | null> {
    const known = this.kept.get(key);
    if (known !== undefined && this.now() - known.at < REMEMBERED_MS) return known.value;
    this.kept.delete(key);
    const value = await ask();
    if (value === null) return null;
    if (this.kept.size >= MOST) this.kept.clear();
    this.kept.set(key, { at: this.now(), value });
    return value;
  }
}
