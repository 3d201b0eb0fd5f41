// From arguments to a command and its exit code.
import { parseArgs } from 'node:util';
import type { Command } from './command.js';
import { backup } from './commands/backup.js';
import { check } from './commands/check.js';
import { compact } from './commands/compact.js';
import { del } from './commands/del.js';
import { exportCommand } from './commands/export.js';
import { get } from './commands/get.js';
import { importCommand } from './commands/import.js';
import { put } from './commands/put.js';
import { restore } from './commands/restore.js';
import { salvage } from './commands/salvage.js';
import { scan } from './commands/scan.js';
import { stat } from './commands/stat.js';
import { tail } from './commands/tail.js';
import { EXIT, exitCodeOf, messageOf, UsageProblem } from './exit-codes.js';

const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    stat, check, get, put, del, scan, tail, backup, restore, compact, salvage,
    export: exportCommand, import: importCommand,
  }),
);

const EXIT_HELP = `exit codes: 0 done, 1 not found, or check has found damage, 2 wrong arguments,
3 another process has the directory open, 4 the files cannot be used, 5 refused, 6 interrupted`;

function overview(): string {
  const lines = [...COMMANDS].map(([name, { usage, summary }]) =>
    `  ${`${name} ${usage}`.padEnd(26)}${summary}`);
  return ['usage: millrace COMMAND DIR ... [--json]', '',
    'Looks into the store in a directory, which no other process may have open.', '',
    ...lines, '',
    '--json   JSON on stdout', '--help   about a command: millrace COMMAND --help', '',
    EXIT_HELP].join('\n');
}

function helpOf(name: string, { usage, summary, help }: Command): string {
  return [`usage: millrace ${name} ${usage}`, '', `${summary[0].toUpperCase()}${summary.slice(1)}.`,
    '', ...help, '--json               JSON on stdout', '', EXIT_HELP].join('\n');
}

/** Writes lines to stdout until whoever reads them has had enough. */
function printer(): (line: string) => void {
  // A pipe that was closed, as by head, is no failure, and there is nobody to tell more.
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit(EXIT.OK);
    process.stderr.write(`millrace: IO_ERROR: the output could not be written: ${message}\n`);
    process.exit(EXIT.FILES);
  });
  return (line) => void process.stdout.write(`${line}\n`);
}

function parse(name: string, args: readonly string[], { options, takes: [least, most] }: Command) {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args], allowPositionals: true,
      options: { ...options, json: { type: 'boolean' }, help: { type: 'boolean' } },
    });
  } catch (error) {
    throw new UsageProblem(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed as {
    values: Record<string, string | boolean | undefined>; positionals: string[];
  };
  const isComplete = positionals.length >= least && positionals.length <= most;
  if (!isComplete && values.help !== true) {
    throw new UsageProblem(`millrace ${name} ${COMMANDS.get(name)!.usage}`);
  }
  return { values, positionals };
}

async function run(args: readonly string[], print: (line: string) => void): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--help' || name === 'help') {
    print(overview());
    return EXIT.OK;
  }
  const command = COMMANDS.get(name ?? '');
  if (command === undefined) {
    const what = name === undefined ? 'name a command' : `there is no command '${name}'`;
    throw new UsageProblem(`${what}: ${[...COMMANDS.keys()].join(', ')}; see --help`);
  }
  const { values, positionals } = parse(name, rest, command);
  if (values.help === true) {
    print(helpOf(name, command));
    return EXIT.OK;
  }
  return command.run({ places: positionals, values, isJson: values.json === true, print });
}

/** Runs a command line and gives its exit code; says on stderr what went wrong. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    return await run(args, printer());
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return exitCodeOf(error);
  }
}
