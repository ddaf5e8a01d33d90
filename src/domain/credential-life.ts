/** How long one of our own credentials at a cluster is accepted. Never the credential itself. */
export interface CredentialLife {
  readonly what: 'token' | 'client certificate';
  /** ISO 8601 UTC. */
  readonly endsAt: string;
  /** When it was made; null: it does not say. */
  readonly beganAt: string | null;
  /** It lies in a file of its own, which is read again and which something may renew; else it stands in the kubeconfig, and a person renews it. */
  readonly isFile: boolean;
}

/** A file's owner renews it when a fifth of its life is left (the kubelet does so); less than this part says that nobody does. */
const UNRENEWED = 0.1;

/** Whether nobody can be counted on to renew it: a person has to, or what renews it has not done so in time. */
export function isLeftAlone({ beganAt, endsAt, isFile }: CredentialLife, nowMs: number): boolean {
  if (!isFile || beganAt === null) return true;
  const end = Date.parse(endsAt);
  return end - nowMs < UNRENEWED * (end - Date.parse(beganAt));
}
