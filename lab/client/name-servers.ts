import { Resolver } from 'node:dns/promises';

export interface Answer {
  readonly server: string;
  readonly addresses: readonly string[];
  /** Seconds: the least TTL on the way from the name to its addresses. */
  readonly ttl: number;
}

/** One query; the client has no time for the library's own patience. */
const queryTimeoutMs = 300;
const longestAliasChain = 8;

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** Addresses from one server; an alias whose target the server did not add is asked for by its own name. */
async function ask(resolver: Resolver, name: string, hopsLeft: number): Promise<{ address: string; ttl: number }[]> {
  try {
    return await resolver.resolve4(name, { ttl: true });
  } catch (error) {
    if (!hasCode(error, 'ENODATA') || hopsLeft === 0) throw error;
  }
  const [canonical] = await resolver.resolveCname(name);
  if (canonical === undefined) throw new Error(`${name} has neither address nor alias`);
  return ask(resolver, canonical, hopsLeft - 1);
}

/** The name servers, asked in turn; one that does not answer is passed over to the next. */
export class NameServers {
  private readonly resolvers: readonly { readonly server: string; readonly resolver: Resolver }[];
  private turn = 0;

  constructor(servers: readonly string[]) {
    this.resolvers = servers.map((server) => {
      const resolver = new Resolver({ timeout: queryTimeoutMs, tries: 1 });
      resolver.setServers([server]);
      return { server, resolver };
    });
  }

  /** @throws Error when no server gave an address. */
  async resolve(name: string): Promise<Answer> {
    const faults: string[] = [];
    for (let tried = 0; tried < this.resolvers.length; tried += 1) {
      const next = this.resolvers[this.turn];
      this.turn = (this.turn + 1) % this.resolvers.length;
      if (next === undefined) continue;
      try {
        const found = await ask(next.resolver, name, longestAliasChain);
        const addresses = found.map(({ address }) => address).toSorted();
        return { server: next.server, addresses, ttl: Math.min(...found.map(({ ttl }) => ttl)) };
      } catch (error) {
        faults.push(`${next.server} ${hasCode(error, 'ENOTFOUND') ? 'does not know the name' : String(error)}`);
      }
    }
    throw new Error(`no address: ${faults.join('; ')}`);
  }
}
