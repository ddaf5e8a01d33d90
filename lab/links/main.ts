/** The process that holds every link of the lab. Ends on SIGTERM. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ListenAddress } from '../process/ports.js';
import { linksControlPort, siteNames, sites } from '../settings.js';
import { pkiFolder } from '../site/kubeconfig.js';
import { linkCatalog } from './catalog.js';
import { controlServer, type ControlledLink } from './control.js';
import { FaultProxy, type Spoiler } from './fault-proxy.js';
import { SpoiledAnswers } from './spoiled-answers.js';

const links: ControlledLink[] = [];
for (const { name, from, to } of linkCatalog()) {
  const proxy = new FaultProxy(to, spoilerOf(name, to));
  await proxy.listen(from);
  links.push({ name, from: `${from.host}:${from.port}`, to: `${to.host}:${to.port}`, proxy });
}
// The switchboard opens last: who reaches it knows that all links listen.
const control = controlServer(links).listen(linksControlPort, '127.0.0.1', () => {
  console.log(`links: ${links.length}, switchboard on 127.0.0.1:${linksControlPort}`);
});
process.once('SIGTERM', () => {
  control.close();
  control.closeAllConnections();
  for (const link of links) link.proxy.close();
});

/** Only the answers of an API server are understood here. Its certificate is read when it is needed: the links start before there is one. */
function spoilerOf(name: string, to: ListenAddress): Spoiler | undefined {
  const site = siteNames.find((one) => name === `api-${one}`);
  if (site === undefined) return undefined;
  const pem = (file: string): Buffer => readFileSync(join(pkiFolder(sites[site]), file));
  return new SpoiledAnswers(to, () => ({ ca: pem('ca.crt'), certificate: pem('apiserver.crt'), key: pem('apiserver.key') }));
}
