import { Resolver } from 'node:dns/promises';
import { nameServers } from '../settings.js';

/** What each name server answers for the sample application's names now. */
export async function readAnswers(): Promise<Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>> {
  const servers = Object.entries(nameServers).map(async ([role, { address, port }]) => {
    const resolver = new Resolver({ timeout: 1000, tries: 1 });
    resolver.setServers([`${address}:${port}`]);
    const ask = async (type: 'A' | 'AAAA' | 'CNAME', name: string): Promise<[string, readonly string[]]> => {
      try {
        return [`${name} ${type}`, (await resolver.resolve(name, type)).toSorted()];
      } catch (error) {
        return [`${name} ${type}`, [(error as NodeJS.ErrnoException).code ?? 'unknown']];
      }
    };
    const answers = await Promise.all([ask('A', 'orders.example.test'), ask('AAAA', 'orders.example.test'), ask('CNAME', 'shop.example.test')]);
    return [role, Object.fromEntries(answers)] as const;
  });
  return Object.fromEntries(await Promise.all(servers));
}
