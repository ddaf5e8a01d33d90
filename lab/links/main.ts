/** The process that holds every link of the lab. Ends on SIGTERM. */
import { linksControlPort } from '../settings.js';
import { linkCatalog } from './catalog.js';
import { controlServer, type ControlledLink } from './control.js';
import { FaultProxy } from './fault-proxy.js';

const links: ControlledLink[] = [];
for (const { name, from, to } of linkCatalog()) {
  const proxy = new FaultProxy(to);
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
