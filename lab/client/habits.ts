import { Agent } from 'node:http';
import { nowMs } from './clock.js';
import type { Answer, NameServers } from './name-servers.js';
import type { Habit } from './recorder.js';

/** How one kind of client finds its server and keeps its connections. */
export interface AddressPolicy {
  readonly habit: Habit;
  readonly agent: Agent;
  /** @throws Error when no address can be had. */
  address(): Promise<string>;
}

export type OnAnswer = (answer: Answer) => void;

function firstOf(answer: Answer): string {
  const [address] = answer.addresses;
  if (address === undefined) throw new Error(`${answer.server} gave no address`);
  return address;
}

/** Asks anew for each request and keeps no connection. */
export function resolvesAlways(servers: NameServers, name: string, onAnswer: OnAnswer): AddressPolicy {
  return {
    habit: 'always',
    agent: new Agent({ keepAlive: false }),
    address: async () => {
      const answer = await servers.resolve(name);
      onAnswer(answer);
      return firstOf(answer);
    },
  };
}

/** Keeps an answer exactly as long as its TTL allows; connections are kept as long as the address stays. */
export function obeysTtl(servers: NameServers, name: string, onAnswer: OnAnswer): AddressPolicy {
  let held: { readonly address: string; readonly until: number } | undefined;
  return {
    habit: 'ttl',
    agent: new Agent({ keepAlive: true, maxSockets: 1 }),
    address: async () => {
      if (held !== undefined && nowMs() < held.until) return held.address;
      const askedAt = nowMs();
      const answer = await servers.resolve(name);
      onAnswer(answer);
      // Counted from the question, not the answer: never longer than the server meant.
      held = { address: firstOf(answer), until: askedAt + answer.ttl * 1000 };
      return held.address;
    },
  };
}

/** Asks once in its life and connects to that address for ever. */
export function resolvesOnce(servers: NameServers, name: string, onAnswer: OnAnswer): AddressPolicy {
  let held: string | undefined;
  return {
    habit: 'once',
    agent: new Agent({ keepAlive: true, maxSockets: 1 }),
    address: async () => {
      if (held === undefined) {
        const answer = await servers.resolve(name);
        onAnswer(answer);
        held = firstOf(answer);
      }
      return held;
    },
  };
}
