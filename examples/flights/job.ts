// What is to be counted: the file, the columns that name a group, and the columns to add up.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Rows } from './groups.js';
import { InputProblem } from './problem.js';
import type { Column, Schema } from './source/source.js';

/** A question asked of a file. Structured-cloneable: every worker gets a copy. */
export interface Job {
  readonly path: string;
  /** First element of a group's key in the map. */
  readonly kind: 'route' | 'value';
  /** Columns whose values together name a group. */
  readonly by: readonly string[];
  /** Numeric columns that are added up per group. */
  readonly measures: readonly string[];
  /** Whether the measures are whole numbers of less than 32 bits: then rows take half the room. */
  readonly whole: boolean;
}

/** The flights of vega-datasets per route: delay in minutes, distance in miles. */
export function flightsJob(): Job {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('vega-datasets');
  const path = join(dirname(entry), '..', 'data', 'flights-3m.parquet');
  const measures = ['delay', 'distance'];
  return { path, kind: 'route', by: ['origin', 'destination'], measures, whole: true };
}

/**
 * Any file, per value of one column, with every numeric column added up.
 *
 * @throws InputProblem when the file has no such column; the message names those it has
 */
export function fileJob(path: string, by: string, schema: Schema): Job {
  if (!schema.columns.includes(by)) {
    const names = schema.columns.join(', ') || 'none at all';
    throw new InputProblem(`no column "${by}" in ${path}; its columns: ${names}`);
  }
  const measures = schema.numeric.filter((name) => name !== by);
  return { path, kind: 'value', by: [by], measures, whole: false };
}

/** The columns that a job needs, in the order that `splitColumns` expects. */
export function columnsOf(job: Job): string[] {
  return [...job.by, ...job.measures];
}

/** Splits decoded columns by their part in the job. */
export function splitColumns(job: Job, columns: readonly Column[]): Rows {
  return { by: columns.slice(0, job.by.length), measures: columns.slice(job.by.length) };
}
