import { screenOf } from '../../domain/screen.js';
import { answers } from '../answers.js';
import type { ApiContext, App } from '../context.js';
import { requestOf } from '../request.js';
import { newPreflight, noQuery, planPath, planQuery } from '../schemas/requests.js';
import { plan, plans, preflightResult, sites } from '../schemas/views.js';

/** What is there to be moved, between where, and whether it could be moved now. */
export function installationRoutes(app: App, { verbs, gate, installation, limits }: ApiContext): void {
  app.post(
    '/v1/preflight',
    {
      config: { within: limits.preflightMs },
      schema: { operationId: 'preflight', summary: 'Check everything a migration needs; change nothing', tags: ['runs'], querystring: noQuery, body: newPreflight, response: answers({ 200: preflightResult }, [413, 415]) },
    },
    async (request) => {
      const asked = requestOf(request.body, request.identity, installation);
      await gate.permit(request.identity, { verb: 'create', plan: asked.unit });
      const status = await verbs.preflight(asked);
      return { passed: status.phase === 'completed', reasons: status.refusals, status, screen: screenOf(status, Date.now()) };
    },
  );

  app.get('/v1/plans', { schema: { operationId: 'listPlans', summary: 'DR plans on the sites', tags: ['plans'], querystring: noQuery, response: answers({ 200: plans }) } }, async (request) => {
    await gate.permit(request.identity, { verb: 'list', plan: null });
    return verbs.plans();
  });

  app.get(
    '/v1/plans/:plan',
    { schema: { operationId: 'getPlan', summary: 'One DR plan as each site shows it', tags: ['plans'], params: planPath, querystring: planQuery, response: answers({ 200: plan }, [404]) } },
    async (request) => {
      const named = { namespace: request.query.namespace ?? installation.planNamespace, name: request.params.plan };
      await gate.permit(request.identity, { verb: 'get', plan: named });
      return verbs.plan(named);
    },
  );

  app.get('/v1/sites', { schema: { operationId: 'listSites', summary: 'Sites, and who works for them', tags: ['sites'], querystring: noQuery, response: answers({ 200: sites }) } }, async (request) => {
    await gate.permit(request.identity, { verb: 'list', plan: null });
    return { sites: await verbs.sites() };
  });
}
