import { by, type Row } from './row.js';

/** Restoring at the target. */
export const restore: readonly Row[] = [
  { what: 'A volume is Released, or bound to another claim', does: 'Refuses a volume that leads elsewhere; binds by handle only.', tests: [...by('drivers/kubernetes/objects/stage', 'refuses a volume of the same name that leads elsewhere or belongs to another claim'), ...by('contracts/objects.contract.ts', 'says when a claim leads to another volume than the plan says')] },
  { what: 'An object cannot be made again as it is: owners, finalizers, addresses of the cluster', does: 'Cleaned by kind.', tests: by('domain/restore/cleaned', 'keeps name, namespace, labels and annotations and nothing the cluster wrote') },
  { what: 'An operator at the target starts a custom resource before the data is there', does: 'Custom resources are kept back as a whole until activation.', tests: [...by('domain/restore/inert', 'a kind without a row is not held and a custom resource is kept back as a whole'), ...by('drivers/kubernetes/objects/stage', 'has its custom resources made when it starts, and the Secret that held each goes')] },
  { what: 'An ingress would publish itself, or order certificates', does: 'Staged hidden; comes back with both.', tests: by('domain/restore/inert', 'an ingress is hidden from ExternalDNS and orders no certificate, and comes back with both') },
  { what: 'The API server answers 429, 500 or 503', does: 'Tried again after a while; a change only with its precondition.', tests: by('drivers/kubernetes/watch', 'tries again while the server is overloaded') },
  { what: 'The API server writes and its answer is lost', does: 'Read back; the same call again changes nothing.', tests: [...by('sweep/planned-migration', 'when any single call %s'), ...by('drivers/kubernetes/watch', 'tries a read once more when the connection was dead, and a change never')] },
  { what: 'A watch dies silently', does: 'Comes back from the newest version it saw.', tests: by('drivers/kubernetes/watch', 'comes back when the connection dies in the middle of a line', 'comes back from the newest version it saw, bookmarks included, when the server ends it') },
  { what: 'A container cannot start', does: 'Says why and goes on waiting; held; can be turned back.', tests: by('drivers/kubernetes/workloads/workloads', 'says why a container cannot start and goes on waiting') },
  { what: 'A secret could appear in history, logs, errors or output', does: 'It does not: searched for in everything that is left.', tests: by('migration/there-and-back', 'no secret stands in') },
  { what: 'The undo of staging meets what is not ours, or a volume that is not Retain', does: 'Left and listed.', tests: by('drivers/kubernetes/objects/stage', 'leaves a volume that is not Retain any more, and its claim', 'touches nothing of another run, of a person, or of an object that lost the mark') },
  { what: 'The configuration names addresses of one cluster', does: 'Is not looked for.', tests: [] },
];

/** Names and traffic. */
export const names: readonly Row[] = [
  { what: 'The update is taken by one server and does not spread', does: 'Every authoritative server is asked; until then it is not done.', tests: by('lab/dns', 'a server that never comes to answer is named when waiting ends') },
  { what: 'A part of the names was changed already', does: 'Completed.', tests: by('lab/dns', 'part of a change that is there already is completed') },
  { what: 'Reverse zones are elsewhere, or not ours', does: 'A step of its own, side by side, that may be skipped.', tests: by('lab/dns', 'PTRs move between reverse zones and back') },
  { what: 'An address at the target does not accept connections', does: 'Refuses before the outage.', tests: by('domain/checks/names', 'An address that does not accept connections refuses') },
  { what: 'Answers that are forged, cut or of another question', does: 'Not taken.', tests: by('drivers/dns/codec', 'an answer with any bit turned, to another request, or by another key does not verify') },
  { what: 'A name server answers SERVFAIL, or refuses', does: 'Named as unknown; refuses before the run, waits after the line.', tests: by('lab/dns', 'a server that is not there and a zone without a server are unknown') },
  { what: 'Clients that never ask for the name again', does: 'The source stays down and fenced for them; the demo\'s client `once` shows it.', tests: [] },
];

/** The product itself. */
export const ourselves: readonly Row[] = [
  { what: 'Every worker dies at any call', does: 'The law holds, and the run ends right.', tests: [...by('sweep/planned-migration', 'when every worker dies at any call'), ...by('sweep/turn-back', 'when every worker dies at any call')] },
  { what: 'A site is lost at any call, and is back later', does: 'The law holds meanwhile; the run is over, or held with a way on; then it ends.', tests: by('sweep/lost-site', 'when %s is lost at any call, and is back later') },
  { what: 'An older attempt wakes late', does: 'It cannot take its turn, and stops.', tests: [...by('activities/boundary', 'an older attempt that wakes stops at its next guard, and cannot change the record either', 'asks again, and stops when another attempt has taken the step meanwhile'), ...by('workflows/turn-back', 'stops every call of the run that is turned back, however late it wakes')] },
  { what: 'Nobody approves in time', does: 'Undone; a yes that comes later is refused.', tests: by('migration/api', 'and that nobody approves in time is undone, and takes no yes any more') },
  { what: 'A decision of another run, of a step that is not held, without a reason, of no kind that there is, or by somebody without the right', does: 'Refused with a sentence; nothing is done or recorded as done.', tests: [...by('migration/api', 'in its crossing takes nothing that does not fit, and attests a site off by two people only'), ...by('migration/decisions', 'a run that needs a verified yes takes none from the command line, an update or a signal, and says why')] },
  { what: 'Two people start the same', does: 'One run; the second finds it.', tests: by('migration/there-and-back', 'a second start while a run is at work finds that run and starts none') },
  { what: 'An undo fails', does: 'The others go on; what failed is held with the exact list.', tests: by('workflows/undo-order', 'goes on by itself nowhere, and ends undone when the target is back and a person retries') },
  { what: 'The workflow\'s code changes under an open run', does: 'A run stays with the build that began it.', tests: [...by('temporal/steward', 'names each open run that no control worker serves'), ...by('golden/replay', 'can each be gone on from by the workflows as they are')] },
  { what: 'Several things happen at once, at any moments', does: 'The law holds, and the run ends.', tests: by('sweep/random', 'whatever happens at once, at whatever moments') },
  { what: 'A pause, a decision or silence at any call', does: 'The law holds; the run ends right.', tests: by('sweep/interrupted', 'when a pause is asked for at any call', 'when any decision at all arrives at any call', 'when the answer to any change never comes') },
  { what: 'A call is refused for good', does: 'Not tried again: undone before the line, held after it.', tests: by('sweep/planned-migration', 'when any single call %s') },
  { what: 'The record is edited, cut, or cannot be written', does: 'Named; no outage begins without it; inside the outage it delays nothing.', tests: [...by('domain/record/verify', 'is not whole when %s'), ...by('workflows/record', 'does not make the outage longer', 'is undone before its outage, and the application never stopped')] },
  { what: 'A restored object, a restarted controller or a re-applied manifest', does: 'Starts nothing.', tests: by('domain/plan-change', 'asks nothing when both say the same, whoever changed it last') },
  { what: 'A patch back and forth', does: 'Cancels before the line, and is explained after it.', tests: by('controller/starts', 'cancels by a patch back before the line, and explains it after') },
  { what: 'Someone claims another\'s name in a decision', does: 'Not verified unless the API server vouches.', tests: [...by('lab/admission', 'is denied under another name, also one that an earlier request left there'), ...by('migration/decisions', 'a run that needs a verified yes takes none from the command line, an update or a signal, and says why')] },
  { what: 'A site\'s queue is polled by nobody', does: 'Waits for minutes before the outage, seconds in it, then holds or undoes.', tests: by('workflows/crossing', "is held, not hung, when nobody polls the source\\'s queue any more") },
  { what: 'A run\'s workflow is terminated', does: 'Nothing moves any more; `changeover recover` undoes, goes forward or turns back from the records, the kept plan, the roles and the originals.', tests: [...by('migration/recover', 'terminated while the application serves is undone; before that it is not taken for lost', 'terminated in its outage is undone, and the application serves at its source', 'terminated behind the line goes forward, and the application serves at the target'), ...by('sweep/recover', 'at any call of a planned migration', 'at any call of a way back')] },
  { what: 'Temporal\'s database is lost', does: 'The same. Until Temporal is back, `changeover recover --print` gives the lines by which a person brings the service back.', tests: by('migration/recover', 'in its outage, with Temporal and the worker off: the printed lines alone bring the service back; an empty Temporal gives the rest back later') },
  { what: 'Any pair of roles on the two sites', does: 'One table of nine rows says what follows.', tests: [...by('migration/rows', 'source $source, target $target', 'neither Primary, and a person promotes the source: the recovered run is undone'), ...by('domain/recovery', '%s, source %s, target %s: %s')] },
  { what: 'A hundred applications at once', does: 'Is not tried.', tests: [] },
];
