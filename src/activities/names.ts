import { ChangeoverError } from '../domain/errors.js';
import type { NamesPlan, Plan } from '../domain/plan.js';
import type { Ports } from '../ports/index.js';
import type { Traffic } from '../ports/traffic.js';
import { changing, looking, type Place } from './boundary.js';

/** The application's names. They run on the target's queue: the source may be gone by the time they are needed. */
export function names(ports: Ports) {
  const both = (plan: Plan): { traffic: Traffic; names: NamesPlan } | null => {
    if (plan.names === null) return null;
    if (ports.traffic === null) throw new ChangeoverError('Invalid', 'The plan changes DNS records, but no zone is configured for this worker.');
    return { traffic: ports.traffic, names: plan.names };
  };

  return {
    /** Records carry the TTL on every authoritative server. `original`: returns what someone else changed meanwhile and was left. */
    async ensureTtl(input: Place & { ttlSeconds: number | 'original' }): Promise<readonly string[]> {
      return changing(ports, input, async (work) => {
        const dns = both(input.plan);
        if (dns === null) return [];
        if (input.ttlSeconds === 'original') return dns.traffic.ensureTtlBack(dns.names, input.plan.request.options.shortTtlSeconds, work);
        await dns.traffic.ensureTtl(dns.names, input.ttlSeconds, work);
        return [];
      });
    },

    async ensureRedirected(input: Place): Promise<void> {
      return changing(ports, input, async (work) => {
        const dns = both(input.plan);
        if (dns !== null) await dns.traffic.ensureRedirected(dns.names, 'after', { ttlSeconds: input.plan.request.options.shortTtlSeconds, work });
      });
    },

    async awaitNamesEverywhere(input: { site: string; plan: Plan }): Promise<readonly string[]> {
      return looking(async (work) => {
        const dns = both(input.plan);
        return dns === null ? [] : dns.traffic.awaitEverywhere(dns.names, work);
      });
    },

    async ensureReverseNames(input: Place): Promise<readonly string[]> {
      return changing(ports, input, async (work) => {
        const dns = both(input.plan);
        return dns === null ? [] : dns.traffic.ensureReverse(dns.names, 'after', work);
      });
    },

    /** Every probe of the plan answers 2xx at the target's addresses. */
    async verifyService(input: { site: string; plan: Plan }): Promise<readonly string[]> {
      return looking(async (work) => {
        const urls = input.plan.request.options.probes.flatMap((probe) =>
          probe.includes('{address}') ? (input.plan.names?.addresses ?? []).map(({ address }) => probe.replace('{address}', address.includes(':') ? `[${address}]` : address)) : [probe],
        );
        return Promise.all(urls.map((url) => answer(url, work.signal)));
      });
    },
  };
}

const PROBE_TIMEOUT_MS = 3_000;

async function answer(url: string, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]), redirect: 'manual' });
    await response.body?.cancel();
    if (response.ok) return `${url} answered ${response.status}`;
    throw new ChangeoverError('NotReady', `${url} answered ${response.status}.`);
  } catch (error) {
    if (error instanceof ChangeoverError) throw error;
    throw new ChangeoverError('NotReady', `${url} did not answer.`, { cause: error });
  }
}
