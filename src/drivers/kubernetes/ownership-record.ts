import { ChangeoverError } from '../../domain/errors.js';
import { ownershipName } from '../../domain/names.js';
import type { OwnershipPhase, OwnershipRecord } from '../../domain/ownership.js';
import type { RawObject } from '../../ports/objects.js';

const phases: Readonly<Record<OwnershipPhase, true>> = { free: true, preparing: true, offline: true, crossing: true, forward: true, undoing: true };

type Fields = Readonly<Record<string, unknown>>;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isPhase = (value: unknown): value is OwnershipPhase => typeof value === 'string' && Object.hasOwn(phases, value);
const isTurns = (value: unknown): value is Readonly<Record<string, number>> => isFields(value) && Object.values(value).every(isCount);

/**
 * Reads a stored ownership record. A record that is there but cannot be understood is never taken as absent:
 * that would let a second writer in. Throws `Invalid` with the field that is wrong.
 */
export function parseRecord(text: string, where: { unit: string; site: string }): OwnershipRecord {
  const corrupt = (what: string): ChangeoverError => new ChangeoverError('Invalid', `The ownership record of ${where.unit} on ${where.site} cannot be understood: ${what}.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw corrupt('it is not JSON');
  }
  if (!isFields(value)) throw corrupt('it is not an object');
  const { unit, epoch, writer, run, procedure, phase, turns, clusterUid } = value;
  if (unit !== where.unit) throw corrupt('it is of another unit');
  if (!isCount(epoch)) throw corrupt('its epoch is not a count');
  if (!isTextOrNull(writer)) throw corrupt('its writer is neither a site nor null');
  if (!isTextOrNull(run)) throw corrupt('its run is neither an id nor null');
  if (!isTextOrNull(procedure)) throw corrupt('its procedure is neither a name nor null');
  if (!isPhase(phase)) throw corrupt('its phase is unknown');
  if (!isTurns(turns)) throw corrupt('its turns are not counts by step');
  if (!isText(clusterUid)) throw corrupt('it has no cluster UID');
  return { unit, epoch, writer, run, procedure, phase, turns, clusterUid };
}

/** The record in its ConfigMap, whose name says the unit. Throws `Invalid`. */
export function recordIn(configMap: RawObject, site: string): OwnershipRecord {
  const { name } = configMap.metadata;
  const unit = name.slice(ownershipName('').length);
  const text = (configMap['data'] as { record?: unknown } | undefined)?.record;
  if (typeof text !== 'string') throw new ChangeoverError('Invalid', `The ownership record of ${unit} on ${site} cannot be understood: the ConfigMap ${name} has no field "record".`);
  return parseRecord(text, { unit, site });
}

/** Every record among the ConfigMaps of our namespace. Throws `Invalid`: one that cannot be understood is never taken as absent. */
export function recordsIn(configMaps: readonly RawObject[], site: string): readonly OwnershipRecord[] {
  return configMaps.filter(({ metadata }) => metadata.name.startsWith(ownershipName(''))).map((configMap) => recordIn(configMap, site));
}

/** The stored form: keys in one order, so that equal records are equal texts. */
export function recordText(record: OwnershipRecord): string {
  const { unit, epoch, writer, run, procedure, phase, turns, clusterUid } = record;
  const sortedTurns = Object.fromEntries(Object.entries(turns).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify({ unit, epoch, writer, run, procedure, phase, turns: sortedTurns, clusterUid });
}
