import type { Check } from './facts.js';

export const applicationExists: Check = ({ source }) => {
  const app = source.application;
  const where = source.plan?.namespace ?? '';
  if (!app.namespaceExists) return [`Namespace ${where} does not exist on ${source.site}.`];
  if (app.namespaceTerminating) return [`Namespace ${where} is being deleted on ${source.site}.`];
  return app.objectCount === 0 ? [`The selector names no object in ${where} on ${source.site}.`] : [];
};

/** Guide: the application stack is online when a migration starts. */
export const applicationIsOnline: Check = ({ source }) =>
  source.application.workloads.flatMap((w) =>
    (w.treatment === 'scale' || w.treatment === 'park') && w.ready < w.desired ? [`${w.kind}/${w.name} on ${source.site} has ${w.ready} of ${w.desired} pods Ready; a migration starts from a healthy application.`] : [],
  );

export const everyKindCanBeStopped: Check = ({ source }) =>
  source.application.workloads.flatMap((w) => (w.treatment === 'refused' ? [`${w.kind}/${w.name} on ${source.site} cannot be moved: ${w.note}`] : []));

/** A fence that a pod can slip by is none. */
export const everyWorkloadCanBeFenced: Check = ({ source }) =>
  source.application.workloads.flatMap((w) =>
    w.fenceable || w.treatment === 'refused' ? [] : [`The pods of ${w.kind}/${w.name} on ${source.site} carry none of the plan's labels and mount none of its claims, so the fence would not deny them. Give its pod template the labels of the selector.`],
  );

export const nobodyElseMounts: Check = ({ source }) =>
  source.application.foreignMounters.map((pod) => `Pod ${pod} on ${source.site} mounts a claim of the application but is not part of it. Include it in the selector or stop it; it is never deleted for you.`);

export const nobodyElseReconciles: Check = ({ source }) => source.application.managedBy.map((mark) => `On ${source.site}: ${mark} It would undo what the migration does; suspend it first.`);

export const targetServesEveryKind: Check = ({ source, target }) => {
  const served = target.application.servedKinds;
  if (served === null) return [`It is not known which kinds ${target.site} serves.`];
  return source.application.kinds.filter((kind) => !served.includes(kind)).map((kind) => `${target.site} does not serve ${kind}, which the application uses. Install its CRD or operator there first.`);
};

export const targetHasEveryReference: Check = ({ source, target }) => {
  const present = target.application.presentReferences;
  if (present === null) return [`It is not known which cluster-scoped objects ${target.site} has.`];
  return source.application.references.filter((ref) => !present.includes(ref)).map((ref) => `${ref}, which the application refers to, does not exist on ${target.site}.`);
};

export const targetIsClear: Check = ({ target }) => {
  const app = target.application;
  const reasons = app.namespaceTerminating ? [`The application's namespace is being deleted on ${target.site}; wait until it is gone.`] : [];
  const running = app.workloads.filter((w) => w.ready > 0).map((w) => `${w.kind}/${w.name} runs on ${target.site} already. Two copies of one application are never made.`);
  const strangers = app.strangers.map((o) => `${o} stands on ${target.site} without our mark; remove it, or say why it belongs there.`);
  return [...reasons, ...running, ...strangers];
};
