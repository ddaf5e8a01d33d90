import type { Shared } from '../../src/controller/shared.js';
import { Starter } from '../../src/controller/starter.js';
import { mark } from '../../src/domain/names.js';
import type { MigrationRequest } from '../../src/domain/request.js';
import type { PlanSite } from '../../src/ports/plan-site.js';
import { aWatchedPlan } from './support.js';

describe('A run that is started by a change of the plan', () => {
  test('takes the name of who asked along, and leaves no name behind for the next change', async () => {
    const annotated: Readonly<Record<string, string | null>>[] = [];
    const started: MigrationRequest[] = [];
    const site: Pick<PlanSite, 'site' | 'annotate' | 'vouched' | 'tell'> = {
      site: 'east',
      annotate: async (_, annotations) => void annotated.push(annotations),
      vouched: async () => ({ verified: true, why: 'the API server says so' }),
      tell: async () => undefined,
    };
    const shared = {
      masters: { mayStart: async () => true },
      runs: { follow: () => undefined },
      verbs: { start: async (request: MigrationRequest) => (started.push(request), { run: request.run, workflowId: '', temporalRunId: '', found: false }) },
      settings: { sites: ['east', 'west'], defaults: {}, approvers: [], approvalExpiresSeconds: 60 },
      log: () => undefined,
    };
    const plan = aWatchedPlan({ specPrimary: 'west', generation: 2, requestedBy: 'alice' });
    await new Starter(site as PlanSite, shared as unknown as Shared).begin('infoscale-vtas/orders', plan, { source: 'east', target: 'west', answered: () => undefined });
    expect(started).toMatchObject([{ requestedBy: { name: 'alice', verified: true, via: 'controller' } }]);
    expect(annotated).toEqual([{ [mark.answered]: expect.stringContaining(started[0]?.run ?? 'none'), [mark.requestedBy]: null }]);
  });
});
