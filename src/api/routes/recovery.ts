import { answers } from '../answers.js';
import type { ApiContext, App } from '../context.js';
import { linksOf } from '../links.js';
import { newRecovery, planPath, planQuery } from '../schemas/requests.js';
import { accepted, assessment } from '../schemas/views.js';

/** A run whose workflow is gone: what it left, and where it goes from there. Of the plan, since Temporal may not know the run any more. */
export function recoveryRoutes(app: App, { verbs, gate, installation, limits }: ApiContext): void {
  const unitOf = (request: { params: { plan: string }; query: { namespace?: string | undefined } }) => ({ namespace: request.query.namespace ?? installation.planNamespace, name: request.params.plan });

  app.get(
    '/v1/plans/:plan/recovery',
    {
      config: { within: limits.preflightMs },
      schema: { operationId: 'assessRecovery', summary: 'What a run whose workflow is gone left, and where it can go; change nothing', tags: ['plans'], params: planPath, querystring: planQuery, response: answers({ 200: assessment }) },
    },
    async (request) => {
      const unit = unitOf(request);
      await gate.permit(request.identity, { verb: 'get', plan: unit });
      return verbs.assess({ unit, sites: installation.sites });
    },
  );

  app.post(
    '/v1/plans/:plan/recovery',
    {
      config: { within: limits.preflightMs },
      schema: { operationId: 'recoverRun', summary: 'Take up a run whose workflow is gone; refused while a run is open', tags: ['plans'], params: planPath, querystring: planQuery, body: newRecovery, response: answers({ 202: accepted }, [409, 413, 415]) },
    },
    async (request, reply) => {
      const { body, identity } = request;
      const unit = unitOf(request);
      await gate.permit(identity, { verb: 'create', plan: unit });
      const started = await verbs.recover({
        unit, sites: installation.sites, ...body, requestedBy: { name: identity.name, verified: identity.verified, via: 'api' }, requestedAt: new Date().toISOString(),
      });
      request.concerns = started.run;
      const links = linksOf(started.run);
      return reply.code(202).header('location', links.self).send({ ...started, repeated: false, links });
    },
  );
}
