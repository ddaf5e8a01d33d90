import { keyFile, namedConf } from '../../lab/names/named-conf.js';
import { labZones, reverseName, zoneFile } from '../../lab/names/zones.js';

describe('the zones of the lab', () => {
  test('an IPv4 address stands in its /24 and an IPv6 address in its /64', () => {
    expect(reverseName('127.10.0.80')).toEqual({ zone: '0.10.127.in-addr.arpa', owner: '80' });
    expect(reverseName('fd00:ea57::80')).toEqual({
      zone: '0.0.0.0.0.0.0.0.7.5.a.e.0.0.d.f.ip6.arpa', owner: '0.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0',
    });
  });

  test('the forward zone names the application at east, and only east has reverse names', () => {
    const zones = new Map(labZones().map((zone) => [zone.name, zone.records.join('\n')]));
    expect([...zones.keys()].sort()).toEqual([
      '0.0.0.0.0.0.0.0.7.5.a.e.0.0.d.f.ip6.arpa', '0.0.0.0.0.0.0.0.7.5.e.3.0.0.d.f.ip6.arpa',
      '0.10.127.in-addr.arpa', '0.20.127.in-addr.arpa', 'example.test',
    ]);
    expect(zones.get('example.test')).toMatch(/orders IN A 127\.10\.0\.80\norders IN AAAA fd00:ea57::80\nshop IN CNAME orders\.example\.test\./);
    expect(zones.get('0.10.127.in-addr.arpa')).toBe('80 IN PTR orders.example.test.');
    expect(zones.get('0.20.127.in-addr.arpa')).toBe('');
  });

  test('every record of a zone file carries the TTL of the settings', () => {
    const text = zoneFile({ name: 'example.test', records: ['orders IN A 127.10.0.80'], updatable: 'A' }, 7);
    expect(text).toMatch(/^\$ORIGIN example\.test\.\n\$TTL 7\n/);
    expect(text).toMatch(/86400 7\n/);
  });
});

describe('the name servers\' configuration', () => {
  const input = { folder: '/lab home/names', zones: labZones() };

  test('the primary takes updates by the key alone and notifies the secondary', () => {
    const text = namedConf({ ...input, role: 'primary' });
    expect(text).toMatch(/zone "example\.test" \{ type primary; .* update-policy \{ grant changeover\. zonesub A AAAA CNAME TXT; \}; \};/);
    expect(text).toMatch(/also-notify \{ 127\.0\.53\.2 port 5353 key "transfer\."; \}/);
    expect(text).toMatch(/listen-on port 5353 \{ 127\.0\.53\.1; \}/);
  });

  test('the secondary transfers every zone with its key and takes no updates', () => {
    const text = namedConf({ ...input, role: 'secondary' });
    expect(text.match(/type secondary/g)).toHaveLength(labZones().length);
    expect(text).toMatch(/primaries \{ 127\.0\.53\.1 port 5353 key "transfer\."; \}/);
    expect(text).not.toMatch(/update-policy/);
  });

  test('a key file has the form that nsupdate reads', () => {
    expect(keyFile('changeover.', 'c2VjcmV0')).toBe('key "changeover." {\n\talgorithm hmac-sha256;\n\tsecret "c2VjcmV0";\n};\n');
  });
});
