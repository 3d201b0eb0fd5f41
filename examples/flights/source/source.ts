// What a file of rows can do for the job: say its columns, cut itself into tasks, and decode one
// task. A task is small enough to be described by three numbers in the shared map.

/** One piece of a file. `start` and `end` are rows (Parquet) or bytes (CSV, JSONL). */
export interface Task {
  readonly start: number;
  readonly end: number;
  /** Rows in the piece; at least one. */
  readonly rows: number;
}

/** The columns of a file, and those of them that hold numbers. */
export interface Schema {
  readonly columns: readonly string[];
  readonly numeric: readonly string[];
}

/** The values of one column, in row order. */
export type Column = ArrayLike<unknown>;

/** A file of rows. */
export interface Source {
  /** The columns. Throws `InputProblem` for a file that is not what its name says. */
  schema(): Promise<Schema>;
  /**
   * Cuts the file into tasks, in file order.
   *
   * @param limit rows to take at most, counted from the start of the file
   * @param wanted how many tasks are needed to keep every worker busy
   */
  tasks(limit: number, wanted: number): Promise<Task[]>;
  /** Decodes the named columns of a task, each `task.rows` long, in the order asked for. */
  decode(task: Task, columns: readonly string[]): Promise<Column[]>;
}
