/** A listener of server-sent events: the text of the stream as it comes. */
export class Listener {
  text = '';
  private constructor(
    readonly answer: Response,
    private readonly reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  ) {}

  static async to(url: string, headers: Readonly<Record<string, string>>): Promise<Listener> {
    const answer = await fetch(url, { headers });
    return new Listener(answer, answer.body?.getReader());
  }

  /** Reads until the text holds this; fails when the stream ends before. */
  async until(part: string): Promise<string> {
    while (!this.text.includes(part)) {
      const next = await this.reader?.read();
      if (next?.value === undefined) throw new Error(`the stream ended without ${part}: ${this.text}`);
      this.text += Buffer.from(next.value).toString('utf8');
    }
    return this.text;
  }

  async toTheEnd(): Promise<string> {
    for (;;) {
      const next = await this.reader?.read();
      if (next?.value === undefined) return this.text;
      this.text += Buffer.from(next.value).toString('utf8');
    }
  }

  async leave(): Promise<void> {
    await this.reader?.cancel();
  }

  get ids(): readonly string[] {
    return [...this.text.matchAll(/^id: (.+)$/gm)].map((found) => found[1] ?? '');
  }
}
