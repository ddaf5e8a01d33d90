import type { Now, PendingCall } from '../client/now.js';
import { limitLines } from '../domain/limit-lines.js';
import { screenOf } from '../domain/screen.js';
import type { Status, StepStatus } from '../domain/status.js';

/** The whole screen, for `status`. */
export function renderScreen(status: Status, now: Now | null = null): string {
  const screen = screenOf(status, Date.now());
  const section = (heading: string, lines: readonly string[]) => (lines.length === 0 ? [] : ['', heading, ...lines.map((l) => `  ${l}`)]);
  const at = new Date();
  return [
    screen.title,
    screen.service,
    screen.line,
    ...(screen.next === '' ? [] : [screen.next]),
    ...section('You can', screen.choices),
    ...section('Sites', screen.sites),
    ...section('Name servers', screen.names),
    ...section('See it by hand', screen.byHand),
    ...(now === null ? [] : section('Under way', now.calls.map(callLine))),
    ...(now === null ? [] : section('Workers', now.pollers.map(({ site, workers }) => `${site}: ${workers.length === 0 ? 'NOBODY polls its queue' : workers.join(', ')}`))),
    ...section('Steps', screen.steps),
    ...section('Facts', screen.facts),
    ...section('Limits in milliseconds; the default where nothing else is said (docs/limits.md)', limitLines(status.limits ?? [])),
    '',
    `${at.toISOString().slice(0, 19)}Z (local ${at.toLocaleTimeString()})`,
  ].join('\n');
}

/** What happens next by itself: which try this is, when the next one comes, and what the last one said. */
function callLine(call: PendingCall): string {
  const tries = `try ${call.attempt}${call.ofAttempts === 0 ? '' : ` of ${call.ofAttempts}`}`;
  const next = call.nextTryAt === null ? '' : `, next at ${call.nextTryAt.slice(11, 19)}Z`;
  const said = call.lastHeartbeat === null ? '' : `: ${call.lastHeartbeat}`;
  return `${call.id} (${tries}${next})${said}${call.lastFailure === null ? '' : `; last failure: ${call.lastFailure}`}`;
}

/** Progress as plain lines: one when a step starts to matter, one when it ended, one for each change of phase. */
export class Progress {
  private readonly seen = new Map<string, string>();
  private phase = '';

  constructor(private readonly print: (line: string) => void) {}

  show(status: Status): void {
    for (const step of status.steps) this.step(step);
    if (status.phase !== this.phase) {
      this.phase = status.phase;
      this.line(`── ${status.phase}: ${status.headline}`);
      if (status.held !== null || status.waiting !== null) {
        const screen = screenOf(status, Date.now());
        for (const line of [screen.service, screen.line, screen.next, ...screen.choices, ...screen.sites, ...screen.names, ...screen.byHand]) this.line(`   ${line}`);
      }
    }
  }

  private step(step: StepStatus): void {
    const key = `${step.state}/${step.attempt}/${step.endedAt}`;
    if (this.seen.get(step.name) === key) return;
    this.seen.set(step.name, key);
    if (step.state === 'running' || step.state === 'undoing') return this.line(`   ${step.state === 'undoing' ? 'undoing ' : ''}${step.name} …  ${step.title}`);
    const took = step.endedAt === null ? '' : `${((Date.parse(step.endedAt) - Date.parse(step.startedAt)) / 1000).toFixed(2)} s`;
    this.line(`   ${step.name} ${step.state} ${took}${step.note === null ? '' : `  ${step.note}`}`);
  }

  private line(text: string): void {
    this.print(`${new Date().toISOString().slice(11, 19)}Z ${text}`);
  }
}
