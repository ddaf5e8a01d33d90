import type { ZoneConfig } from '../config.js';
import { examineZone, type ServerHealth } from '../drivers/dns/doctor.js';
import { zoneSettings } from '../drivers/dns/index.js';
import { looked, notHere, ok, wrong, type Finding } from './finding.js';
import { textOf } from './keys.js';

const TIMEOUT_MS = 5_000;
/** RFC 8945 §10: signatures are refused when the clocks are further apart than this. */
const FUDGE_SECONDS = 300;
/** Long before that somebody should know. */
const CLOCK_LIMIT_SECONDS = 5;

/** Every name server of a zone: authority, and at the one that takes updates our key and its clock. */
export async function examineNames(zone: ZoneConfig): Promise<readonly Finding[]> {
  const of = { area: 'names', subject: zone.zone } as const;
  if (textOf(zone.key) === null) return [notHere(of, `the TSIG key ${zone.key} cannot be read here`, 'Every worker of a site needs it; run changeover doctor there.')];
  return looked(of, async () => (await examineZone(zoneSettings(zone), TIMEOUT_MS)).flatMap((server) => findingsOf(zone.zone, server)));
}

function findingsOf(zone: string, { server, takesUpdates, problem, clockApartSeconds: apart }: ServerHealth): readonly Finding[] {
  const of = { area: 'names', subject: zone } as const;
  const clock = { area: 'clocks', subject: server } as const;
  if (problem !== null) return [wrong(of, problem, takesUpdates ? 'Correct the address, the key, or the server\'s allow-update or update-policy.' : 'Correct the address, or the server; a zone\'s every server is asked in a run.')];
  const says = ok(of, takesUpdates ? `${server} has the zone and accepts our key for an update that changes nothing` : `${server} has the zone`);
  if (apart === null) return [says];
  const together = Math.abs(apart) <= CLOCK_LIMIT_SECONDS;
  return [says, together ? ok(clock, `its clock and this one are ${Math.abs(apart)} s apart`) : wrong(clock, `its clock is ${Math.abs(apart)} s ${apart > 0 ? 'ahead of' : 'behind'} this one; from ${FUDGE_SECONDS} s on it refuses our updates`, 'Set both clocks by NTP.')];
}
