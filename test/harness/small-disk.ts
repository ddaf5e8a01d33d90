import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Of tmpfs: room is given by the page. */
const PAGE = 4_096;

/** A file system with little room, that can be filled and freed. Mounting needs root, as the lab does. */
export class SmallDisk {
  readonly folder: string;
  private readonly ballast: string;

  constructor(kibibytes: number, folder: string = mkdtempSync(join(tmpdir(), 'small-disk-'))) {
    this.folder = folder;
    this.ballast = join(folder, 'ballast');
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k,mode=0755`, 'changeover-test', folder]);
  }

  /** Takes all room but so many pages. */
  fill(pagesLeft = 0): void {
    const file = openSync(this.ballast, 'a');
    try {
      for (let free = this.pagesFree(); free > pagesLeft; free -= 1) writeSync(file, Buffer.alloc(PAGE));
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(this.ballast, { force: true });
  }

  pagesFree(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return Math.floor((bavail * bsize) / PAGE);
  }

  remove(): void {
    execFileSync('umount', [this.folder]);
    rmSync(this.folder, { recursive: true });
  }
}
