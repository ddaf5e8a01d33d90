import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SiteSettings } from '../settings.js';
import { nodeNames } from '../settings.js';

const run = promisify(execFile);

/** A certificate of the site: `<name>.crt` and `<name>.key` in its pki folder. */
interface CertificateRequest {
  readonly name: string;
  /** X.509 subject in openssl's form. */
  readonly subject: string;
  /** X.509v3 extensions, one `key = value` a line. */
  readonly extensions: readonly string[];
  readonly selfSigned?: boolean;
}

/** The users who get a kubeconfig: file name → subject. Groups are the subject's O (Kubernetes' X.509 authentication). */
export function siteUsers(site: SiteSettings): ReadonlyMap<string, string> {
  return new Map([
    ['admin', '/O=system:masters/CN=admin'],
    // Without a token per controller the manager needs every right its controllers have together.
    ['kcm', '/O=system:masters/CN=system:kube-controller-manager'],
    ['scheduler', '/CN=system:kube-scheduler'],
    ...nodeNames(site).map((node, index) => [`node-${index + 1}`, `/O=system:nodes/CN=system:node:${node}`] as const),
    ['load-balancer', '/O=changeover-lab/CN=changeover-lab:load-balancer'],
    ['provisioner', '/O=changeover-lab/CN=changeover-lab:provisioner'],
  ]);
}

/**
 * Makes the site's own CA, its certificates and its ServiceAccount key pair, once: a folder that holds them
 * is left as it is. Certificates last a year; `lab down --purge` makes new ones.
 */
export async function ensurePki(site: SiteSettings, folder: string, openssl: string): Promise<void> {
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await certificate(folder, openssl, {
    name: 'ca', subject: `/CN=${site.name}-ca`, selfSigned: true,
    extensions: ['basicConstraints = critical,CA:TRUE', 'keyUsage = critical,keyCertSign,cRLSign', 'subjectKeyIdentifier = hash'],
  });
  const client = ['extendedKeyUsage = clientAuth'];
  const server = (names: string): string[] => [`subjectAltName = ${names}`, 'extendedKeyUsage = serverAuth'];
  const requests: CertificateRequest[] = [
    { name: 'apiserver', subject: '/CN=kube-apiserver', extensions: server('DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.0.0.1') },
    { name: 'kubelet', subject: '/O=system:nodes/CN=system:node:lab', extensions: server('DNS:localhost,IP:127.0.0.1') },
    { name: 'apiserver-kubelet-client', subject: '/O=system:masters/CN=kube-apiserver-kubelet-client', extensions: client },
    ...[...siteUsers(site)].map(([name, subject]) => ({ name, subject, extensions: client })),
  ];
  await Promise.all(requests.map((request) => certificate(folder, openssl, request)));
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  writeFileSync(join(folder, 'sa.key'), pair.privateKey, { mode: 0o600 });
  writeFileSync(join(folder, 'sa.pub'), pair.publicKey);
  writeFileSync(complete, `${new Date().toISOString()}\n`);
}

/** One key and certificate, self-signed or signed by the folder's CA (openssl 3: `req -x509 -CA`). */
async function certificate(folder: string, openssl: string, request: CertificateRequest): Promise<void> {
  const scratch = mkdtempSync(join(folder, `${request.name}-`));
  try {
    // A configuration of its own: the system's would add extensions that make every certificate a CA.
    const config = join(scratch, 'openssl.cnf');
    writeFileSync(config, ['[req]', 'distinguished_name = subject', 'x509_extensions = extensions', 'prompt = no', '[subject]', '[extensions]', ...request.extensions, ''].join('\n'));
    await run(openssl, [
      'req', '-x509', '-config', config, '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '365', '-subj', request.subject,
      '-keyout', join(folder, `${request.name}.key`), '-out', join(folder, `${request.name}.crt`),
      ...(request.selfSigned === true ? [] : ['-CA', join(folder, 'ca.crt'), '-CAkey', join(folder, 'ca.key')]),
    ]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
