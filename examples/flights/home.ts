// Where the store of a run lives: a directory that is kept, a temporary one, or memory alone.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MillraceError, open } from 'millrace';
import { numbers } from './entries.js';
import type { FlightStore, Key, Value } from './entries.js';
import type { Options } from './options.js';
import { InputProblem } from './problem.js';

/** A place for one store. */
export class Home {
  private readonly temporary: string | undefined;
  private readonly location: string;

  constructor(private readonly options: Pick<Options, 'dir' | 'memoryOnly' | 'workers'>) {
    const { dir, memoryOnly } = options;
    const makesOne = dir === undefined && !memoryOnly;
    this.temporary = makesOne ? mkdtempSync(join(tmpdir(), 'millrace-')) : undefined;
    this.location = dir ?? this.temporary ?? ':memory:';
  }

  /** Whether the store outlives its opener. */
  get isDurable(): boolean {
    return !this.options.memoryOnly;
  }

  /**
   * Makes the store.
   *
   * @throws InputProblem when the directory that was asked for cannot be had
   */
  async make(): Promise<FlightStore> {
    const { dir, workers } = this.options;
    try {
      return await open<Key, Value>(this.location, {
        valueEncoding: numbers, errorIfExists: true, slots: slotsFor(workers),
      });
    } catch (error) {
      if (dir === undefined || !(error instanceof MillraceError)) throw error;
      throw new InputProblem(`--dir ${dir}: ${error.message}`);
    }
  }

  /** Opens the store again that was made here. */
  async reopen(): Promise<FlightStore> {
    return await open<Key, Value>(this.location, {
      valueEncoding: numbers, createIfMissing: false,
    });
  }

  /** Removes what nobody asked to keep. */
  leave(): void {
    if (this.temporary !== undefined) rmSync(this.temporary, { recursive: true, force: true });
  }
}

/** Sources and consumers, those who stand by, and those whose death is being noticed. */
function slotsFor(workers: number): number {
  const SPARE = 24;
  return 2 * workers + SPARE;
}
