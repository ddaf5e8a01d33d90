import type { Check } from '../../../src/domain/checks/check.js';
import * as names from '../../../src/domain/checks/names/index.js';
import { aFacts, observedNames, said, type FactsChange } from '../facts.js';

const [ns1, ns2] = observedNames().servers;
const servers = (...of: readonly (typeof ns1 | undefined)[]): FactsChange => ({ names: { servers: of.filter((s) => s !== undefined) } });

const rows: readonly (readonly [string, Check, FactsChange, RegExp])[] = [
  ['A DNS object that is missing refuses', names.dnsObjectsExist, { target: { dns: null } }, /west: DNS orders-dns does not exist/],
  ['A plan with names that were not observed refuses', names.namesWereObserved, { names: null }, /could not be observed/],
  ['A server that answers something else refuses', names.recordsAreAsDescribed, { names: { servers: observedNames(['10.0.0.1']).servers } }, /ns1 answers orders.example.test. A with 10.0.0.1; the DNS object on east says 127.10.0.80/],
  ['A server that answers nothing refuses', names.recordsAreAsDescribed, servers(ns1, ns2 && { ...ns2, answers: [] }), /ns2 answers .* with nothing/],
  ['A server that refuses our updates refuses', names.updatesAreAccepted, servers(ns1 && { ...ns1, updateRefused: 'BADKEY' }, ns2), /refuses updates of example.test.: BADKEY/],
  ['A zone that no server updates refuses', names.everyZoneCanBeUpdated, servers(ns2), /No name server is configured to update zone example.test./],
  ['An address that does not accept connections refuses', names.addressesAnswer, { names: { reachable: { '127.20.0.80:8080': 'connection refused' } } }, /127.20.0.80:8080 of west does not accept/],
];

describe('Checks of the names', () => {
  test.each(rows)('%s', (_, check, change, reason) => {
    expect(said(check, aFacts())).toEqual([]);
    expect(said(check, aFacts(change)).join('\n')).toMatch(reason);
  });

  test('The lowered TTL of the run itself changes no value and does not refuse', () => {
    const lowered = observedNames().servers.map((server) => ({ ...server, answers: server.answers.map((answer) => ({ ...answer, ttlSeconds: 1 })) }));
    expect(said(names.recordsAreAsDescribed, aFacts({ names: { servers: lowered } }))).toEqual([]);
  });

  test('An application without names is not asked for any', () => {
    const nameless = { plan: { dnsPointer: null }, dns: null };
    for (const check of Object.values(names)) expect(said(check, aFacts({ source: nameless, target: nameless }))).toEqual([]);
  });
});
