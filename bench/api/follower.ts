/** One listener to a run's server-sent events over HTTP. */
export class Follower {
  private latest = -1;
  private waiting: { readonly revision: number; readonly resolve: () => void }[] = [];
  private readonly gone = new AbortController();
  private readonly done: Promise<void>;

  constructor(url: string, token: string) {
    this.done = this.read(url, token).catch(() => {});
  }

  /** Resolves once a status of this revision or a later one has come. */
  async seen(revision: number): Promise<void> {
    if (this.latest >= revision) return;
    await new Promise<void>((resolve) => {
      this.waiting.push({ revision, resolve });
    });
  }

  get revision(): number {
    return this.latest;
  }

  async leave(): Promise<void> {
    this.gone.abort();
    await this.done;
  }

  private async read(url: string, token: string): Promise<void> {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: this.gone.signal });
    if (!answer.ok || answer.body === null) throw new Error(`${url}: ${answer.status}`);
    let tail = '';
    for await (const chunk of answer.body) {
      const text = tail + Buffer.from(chunk).toString('utf8');
      for (const [, revision] of text.matchAll(/^id: [0-9a-f-]+\.(\d+)\n/gm)) this.arrived(Number(revision));
      tail = text.slice(text.lastIndexOf('\n') + 1);
    }
  }

  private arrived(revision: number): void {
    this.latest = Math.max(this.latest, revision);
    const heard = this.waiting.filter((one) => one.revision <= this.latest);
    this.waiting = this.waiting.filter((one) => one.revision > this.latest);
    for (const { resolve } of heard) resolve();
  }
}
