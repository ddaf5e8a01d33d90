import { ChangeoverError } from '../../domain/errors.js';
import { withProblems } from '../answers.js';
import type { ApiContext, App } from '../context.js';
import { health, metricsText } from '../schemas/views.js';

/** For those who keep the process running, not for people: no authentication, and nothing of any run. */
export function healthRoutes(app: App, { verbs, metrics }: ApiContext): void {
  const config = { rateLimit: false as const };
  app.get('/healthz', { config, schema: { operationId: 'health', summary: 'The process answers', tags: ['health'], security: [], response: { 200: health } } }, async () => ({ status: 'ok' as const }));

  app.get('/readyz', { config, schema: { operationId: 'ready', summary: 'Temporal answers', tags: ['health'], security: [], response: withProblems({ 200: health }, [503]) } }, async () => {
    try {
      await verbs.ready();
    } catch (cause) {
      throw new ChangeoverError('Unreachable', 'Temporal does not answer.', { cause });
    }
    return { status: 'ok' as const };
  });

  app.get(
    '/metrics',
    { config, schema: { operationId: 'metrics', summary: 'What this server counts of itself', tags: ['health'], security: [], response: { 200: { description: 'Metrics', content: { 'text/plain': { schema: metricsText } } } } } },
    async (_, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
