import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the API counts of itself. Labels are few and bounded: routes as they are written, never ids or names. */
export class ApiMetrics {
  readonly registry = new Registry();
  readonly requests = new Histogram({
    name: 'changeover_api_request_duration_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers: [this.registry],
  });
  readonly problems = new Counter({ name: 'changeover_api_problems_total', help: 'Answers that were problems, by code of the error table', labelNames: ['code'], registers: [this.registry] });
  readonly streams = new Gauge({ name: 'changeover_api_event_streams', help: 'Event streams open now', registers: [this.registry] });

  constructor(followed: () => number) {
    this.registry.registerMetric(
      new Gauge({
        name: 'changeover_api_followed_runs',
        help: 'Runs followed now, however many streams show them',
        registers: [],
        collect() {
          this.set(followed());
        },
      }),
    );
  }
}
