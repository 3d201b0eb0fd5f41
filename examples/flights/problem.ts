// A problem of the caller's making: a wrong option, a missing file, a file that is not what its
// name says. It ends the program with exit code 2 and its message alone, never a stack trace.

/** An error whose message is written for the person at the terminal. */
export class InputProblem extends Error {
  override readonly name = 'InputProblem';
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Turns a failure to open or read a file into a sentence about that file.
 *
 * @param path the file as the caller named it
 * @param error what the file system threw
 */
export function fileProblem(path: string, error: unknown): InputProblem {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return new InputProblem(`no such file: ${path}`);
    case 'EISDIR':
      return new InputProblem(`${path} is a directory, not a file`);
    case 'EACCES':
    case 'EPERM':
      return new InputProblem(`no permission to read ${path}`);
    default:
      return new InputProblem(`cannot read ${path}: ${messageOf(error)}`);
  }
}

/**
 * The content of a file contradicts the format that its name promises.
 *
 * @param path the file as the caller named it
 * @param reason what was found instead, as the end of a sentence
 */
export function wrongFormat(path: string, reason: string): InputProblem {
  return new InputProblem(`${path} is not what its name says: ${reason}`);
}
