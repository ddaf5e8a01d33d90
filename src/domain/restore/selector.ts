import { ChangeoverError } from '../errors.js';
import type { Application } from '../plan.js';

/** One requirement of a comma-separated label list: `key=value`, `key==value`, `key!=value`, `key` or `!key`. */
type Requirement = (labels: Readonly<Record<string, string>>) => boolean;

const pattern = /^(!?)([A-Za-z0-9][A-Za-z0-9._/-]*)\s*(?:(==|!=|=)\s*([A-Za-z0-9._-]*))?$/;

function requirementOf(text: string): Requirement {
  const match = pattern.exec(text.trim());
  const key = match?.[2];
  const operator = match?.[3];
  if (match === null || key === undefined || (match[1] === '!' && operator !== undefined)) {
    throw new ChangeoverError('Invalid', `"${text}" is not a label requirement (key=value) of the application.`);
  }
  if (operator === undefined) return (labels) => (labels[key] !== undefined) === (match[1] !== '!');
  const value = match[4] ?? '';
  return (labels) => (labels[key] === value) === (operator !== '!=');
}

/**
 * Refuses an application whose selector could name more than was meant (law 9): an empty namespace, an empty label entry.
 * No entry at all means the whole namespace, and is fine.
 */
export function assertSelectable(application: Application): void {
  if (application.namespace.trim() === '') throw new ChangeoverError('Invalid', 'The application has an empty namespace.');
  matcherOf(application);
}

/** Whether an object with these labels is selected: elements are OR-ed, what stands in one element is AND-ed. */
export function matcherOf(application: Application): (labels: Readonly<Record<string, string>> | undefined) => boolean {
  const elements = application.labels.map((element) => {
    const parts = element.split(',');
    if (parts.some((part) => part.trim() === '')) throw new ChangeoverError('Invalid', `The application in ${application.namespace} has an empty label entry ("${element}").`);
    return parts.map(requirementOf);
  });
  return (labels) => elements.length === 0 || elements.some((element) => element.every((requirement) => requirement(labels ?? {})));
}
