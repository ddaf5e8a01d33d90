import { readFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { scopeFolder } from '../paths.js';
import { sitePorts, type SiteSettings } from '../settings.js';
import { writeAtomically } from '../process/component.js';
import { siteUsers } from './pki.js';

/** Who a kubeconfig speaks as: a client certificate, or a bearer token. */
export type Credential = { readonly certificate: Buffer; readonly key: Buffer } | { readonly token: string };

export interface KubeconfigInput {
  readonly site: SiteSettings;
  readonly user: string;
  readonly port: number;
  readonly credential: Credential;
}

/** The path of a user's kubeconfig at a site. */
export function kubeconfigPath(site: SiteSettings, user: string): string {
  return join(scopeFolder(site.name), 'kubeconfig', `${user}.kubeconfig`);
}

/** The path of a site's pki folder. */
export function pkiFolder(site: SiteSettings): string {
  return join(scopeFolder(site.name), 'pki');
}

/** Writes one kubeconfig, self-contained, readable by its owner only. */
export function writeKubeconfig(input: KubeconfigInput): void {
  const { site, user, credential } = input;
  const base64 = (bytes: Buffer): string => bytes.toString('base64');
  mkdirSync(join(scopeFolder(site.name), 'kubeconfig'), { recursive: true });
  writeAtomically(kubeconfigPath(site, user), stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{
      name: site.name,
      cluster: { server: `https://127.0.0.1:${input.port}`, 'certificate-authority-data': base64(readFileSync(join(pkiFolder(site), 'ca.crt'))) },
    }],
    users: [{
      name: user,
      user: 'token' in credential
        ? { token: credential.token }
        : { 'client-certificate-data': base64(credential.certificate), 'client-key-data': base64(credential.key) },
    }],
    contexts: [{ name: site.name, context: { cluster: site.name, user } }],
    'current-context': site.name,
  }), 0o600);
}

/** Writes the kubeconfigs of everyone who has a certificate. */
export function writeCertificateKubeconfigs(site: SiteSettings): void {
  for (const user of siteUsers(site).keys()) {
    writeKubeconfig({
      site, user, port: sitePorts(site).apiserver,
      credential: {
        certificate: readFileSync(join(pkiFolder(site), `${user}.crt`)),
        key: readFileSync(join(pkiFolder(site), `${user}.key`)),
      },
    });
  }
}
