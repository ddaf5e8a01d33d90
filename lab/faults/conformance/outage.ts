import { by, type Row } from './row.js';

/** Taking the application offline. */
export const offline: readonly Row[] = [
  { what: 'A PodDisruptionBudget', does: 'Does not apply: workloads are scaled, never evicted.', tests: [] },
  { what: 'A VolumeAttachment stays', does: 'Waits for it where the driver attaches.', tests: by('drivers/kubernetes/workloads/workloads', 'waits for attachments where the driver attaches, and does not ask where it does not') },
  { what: 'A finalizer keeps a claim', does: 'No claim is deleted in a planned migration.', tests: by('contracts/objects.contract.ts', 'sets every volume to Retain and gives the original policy back') },
  { what: 'An autoscaler scales the application up again', does: 'Paused where it acts at zero; held at zero; and the fence denies its pods.', tests: by('drivers/kubernetes/workloads/workloads', 'pauses an autoscaler that acts at zero', 'holds again at zero what something else scaled up before its controller saw the zero') },
  { what: 'An operator makes the workload again', does: 'Kinds without a row in the table are refused; the fence denies their pods.', tests: [...by('domain/checks/application', "A kind that cannot be stopped refuses with the table\\'s note"), ...by('contracts/fence.contract.ts', 'denies pods by label and by claim while on, others never, and opens again')] },
  { what: 'A CronJob fires, or a Job runs', does: 'Schedules are frozen with their original written down; a running job is suspended.', tests: by('drivers/kubernetes/workloads/workloads', 'suspends schedules, writes the original once, and thaws to what it was', 'suspends the running job of a schedule and leaves a finished one') },
  { what: 'A pod of someone else mounts a claim', does: 'Refuses; it is never deleted for you.', tests: by('domain/checks/application', 'A foreign pod that mounts a claim refuses') },
  { what: 'A failure leaves the application stopped', does: 'The undo is registered before the step and cannot be cancelled; what fails is held with the exact list.', tests: [...by('sweep/planned-migration', 'when any single call %s', 'when the run is cancelled at any call'), ...by('workflows/undo-order', 'is held, and leaves the source fenced, frozen and protected until a person decides')] },
  { what: 'The run is cancelled in the middle of a step', does: 'Everything is as it was; the application serves at the source.', tests: [...by('migration/cancelled', 'in the middle of %s leaves everything as it was, and the application serves at its source'), ...by('sweep/planned-migration', 'when the run is cancelled at any call')] },
  { what: 'A pause is asked for inside the outage', does: 'Refused with the reason.', tests: by('workflows/cancel-and-pause', 'inside the outage and after the line has no effect, and is refused with the reason') },
];

/** The role swap. */
export const swap: readonly Row[] = [
  { what: 'A crash between demotion and promotion: no Primary', does: 'Held with the ways on; neither is repaired by itself.', tests: [...by('domain/values', 'source %s, target %s: %s'), ...by('lab/vvr', 'and stops half-way leaves neither site Primary, and nothing that is waited for')] },
  { what: 'Both sites are Primary', does: 'Held; never an empty list of ways on.', tests: by('workflows/planned-migration', 'is held when both sites are primary, and never offers an empty list') },
  { what: 'One site cannot be read after the swap', does: 'Held, with an attested decision that a reading can contradict.', tests: [...by('workflows/planned-migration', 'goes forward when the source is lost after the swap and a person attests that it is off'), ...by('workflows/undo-order', 'does not believe an attestation that a reading contradicts')] },
  { what: 'The swap never reaches a worker', does: 'Known as never commanded.', tests: by('workflows/crossing', 'knows that a swap nobody took was never commanded') },
  { what: 'A stale or foreign proof', does: 'Refused and read again.', tests: [...by('activities/swap', 'is not commanded with %s'), ...by('domain/values', 'may be asked for its run and epoch alone, however old it is')] },
  { what: 'A report of storage that may be out of date', does: 'Asked at the Primary; two readings agree; a Secondary\'s own report proves nothing.', tests: by('drivers/vvr/vvr', "a Secondary\\'s own report proves nothing: it is refused", 'two readings in a row must agree') },
  { what: 'vradmind or its pod is down on one side', does: 'Given up for the next pod; unreadable is never taken for quiet.', tests: by('drivers/vvr/vvr', 'a pod that hangs is given up for the next one', 'storage that never answers is unreadable, and does not throw') },
  { what: 'A volume is still open when the roles are to be swapped', does: 'Waits for the kernel\'s word, within the budget.', tests: by('drivers/vvr/vvr', 'it waits until the kernel has closed every volume', 'volumes whose state cannot be read count as open') },
  { what: 'The promotion is done but replication does not run back', does: 'Not completed before `verify-protection` has seen it.', tests: by('contracts/replication.contract.ts', 'runs from the new Primary to the old one after the swap') },
  { what: 'A cancel arrives during the swap', does: 'Recorded; takes effect only if the roles turn out unchanged.', tests: by('workflows/cancel-and-pause', 'during the swap takes effect when the roles turn out unchanged') },
  { what: 'The SRL overflows while the application serves', does: 'Replication logs to DCM then, which preflight and recheck refuse.', tests: by('domain/checks/data', 'Logging to DCM refuses') },
  { what: 'The source is lost for good', does: 'Takeover is not built; the run is held with what can be attested.', tests: by('sweep/lost-site', 'when %s is lost at any call, and is back later') },
];
