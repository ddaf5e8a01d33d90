import type { Advice, AssessedSite, Assessment, RecoveryWay } from '../domain/recovery.js';

/** What a lost run left, for people. */
export function renderAssessment(assessment: Assessment): string {
  const { unit, run, reasons, procedure, source, target, sites, advice } = assessment;
  const head = run === null ? [`${unit}: not to be recovered`, ...reasons.map((reason) => `  - ${reason}`)] : [`${unit}: run ${run} (${procedure}, ${source} → ${target}) has no workflow`];
  return [...head, ...sites.flatMap(siteLines), ...(advice === null ? [] : adviceLines(assessment, advice))].join('\n');
}

function siteLines({ site, role, state, liveCommands, record, fence, workloads, keepsPlan, unknowns }: AssessedSite): readonly string[] {
  const held = record === null ? 'no record was read' : `epoch ${record.epoch}, writer ${record.writer ?? 'nobody'}, run ${record.run ?? 'none'}, ${record.phase}`;
  const commands = liveCommands === 0 ? '' : `, ${liveCommands} role command(s) at work`;
  return [
    `  ${site}: role ${role}${state === '' ? '' : ` (${state})`}${commands}; ${held}; plan ${keepsPlan ? 'kept' : 'not kept'}; fence ${fence}; ${workloads.join(', ') || 'no workload'}`,
    ...unknowns.map((what) => `    ! ${what}`),
  ];
}

function adviceLines({ unit, source, target, procedure }: Assessment, advice: Advice): readonly string[] {
  if (advice.kind === 'held') return [`  The roles need a person (${advice.reason}). Start with --way recommended: the run is held, and offers ${advice.ways.join(', ')}.`];
  const [home, away] = procedure === 'turn-back' ? [target, source] : [source, target];
  const effects: Readonly<Record<RecoveryWay, string>> = {
    undo: `everything is given back; ${unit} serves on ${home}`,
    forward: `the run goes on; ${unit} serves on ${away}`,
    'turn-back': `the run turns back, or ends its way back; ${unit} serves on ${home}`,
  };
  return advice.ways.map((way, position) => `  ${position === 0 ? 'recommended' : 'also open'}: changeover recover ${unit} --way ${way} --reason "…"   (${effects[way]})`);
}
