import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';

export type Habit = 'always' | 'ttl' | 'once';

/** One acknowledged order. Times are unix ms. */
export interface Acknowledgement {
  readonly kind: 'ack';
  readonly habit: Habit;
  /** Name of the sequence in the ledger. */
  readonly client: string;
  readonly seq: number;
  readonly id: string;
  /** The stamp on the entry: the site that wrote it. */
  readonly site: string;
  /** The site whose process answered; another one than `site` when a retry met an entry that came by replication. */
  readonly servedBy: string;
  readonly address: string;
  /** Of the attempt that was acknowledged. */
  readonly sentAt: number;
  readonly ackAt: number;
  /** When the first attempt of this order was sent. */
  readonly firstSentAt: number;
  readonly attempts: number;
}

/** An order that needed more than one attempt: from the first failure to the last one. */
export interface FailureInterval {
  readonly kind: 'failure';
  readonly habit: Habit;
  readonly seq: number;
  readonly from: number;
  readonly to: number;
  readonly attempts: number;
  /** How often each reason was met, by "address: reason". */
  readonly reasons: Readonly<Record<string, number>>;
}

/** A name server gave another answer than it gave before to the same habit. */
export interface AnswerChange {
  readonly kind: 'answer';
  readonly habit: Habit;
  readonly server: string;
  readonly at: number;
  readonly addresses: readonly string[];
  readonly ttl: number;
}

export interface Start {
  readonly kind: 'start';
  readonly at: number;
  readonly name: string;
  readonly habits: Readonly<Record<Habit, string>>;
}

export interface End {
  readonly kind: 'end';
  readonly at: number;
}

export type ClientRecord = Acknowledgement | FailureInterval | AnswerChange | Start | End;

/**
 * The client's record: each line is handed to the kernel before the next request is sent, so that even
 * a killed client leaves a true record of what it was told.
 */
export class Recorder {
  private readonly fd: number;

  constructor(path: string) {
    this.fd = openSync(path, 'w', 0o644);
  }

  write(record: ClientRecord): void {
    writeSync(this.fd, `${JSON.stringify(record)}\n`);
  }

  close(): void {
    fsyncSync(this.fd);
    closeSync(this.fd);
  }
}
