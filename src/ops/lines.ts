/**
 * The lines of an export: JSON, one value per line. The first says what the rest is, the last how
 * many lines were written, so that an export that was cut short is noticed. docs/operating.md.
 *
 *     {"millrace":"export","version":1,"keyEncoding":"ordered","valueEncoding":"json"}
 *     {"key":["user",7],"value":{"name":"Ada"}}
 *     {"stream":"jobs","partitions":2,"rowBytes":0,"capacity":1048576,"groups":["workers"]}
 *     {"stream":"jobs","partition":0,"index":0,"message":"text"}
 *     {"stream":"jobs","had":{"workers":[1,0]}}
 *     {"end":true,"entries":1,"messages":1}
 */
import type { KeyEncodingName } from '../codec/key.js';
import type { ValueEncodingName } from '../codec/value.js';
import { MillraceError } from '../errors.js';

export const EXPORT_VERSION = 1;

/** The first line. */
export interface HeaderLine {
  readonly millrace: 'export';
  readonly version: number;
  readonly keyEncoding: KeyEncodingName;
  readonly valueEncoding: ValueEncodingName;
}

export interface EntryLine {
  readonly key: unknown;
  readonly value: unknown;
}

/** Comes before the messages of its stream. */
export interface StreamLine {
  readonly stream: string;
  readonly partitions: number;
  readonly rowBytes: number;
  readonly capacity: number;
  readonly groups: readonly string[];
}

export interface MessageLine {
  readonly stream: string;
  readonly partition: number;
  /** Messages of the partition before this one, in this export. */
  readonly index: number;
  readonly message: unknown;
}

/** Comes behind the messages: how many of each partition's a group has had. */
export interface GroupsLine {
  readonly stream: string;
  readonly had: Readonly<Record<string, readonly number[]>>;
}

export interface EndLine {
  readonly end: true;
  readonly entries: number;
  readonly messages: number;
}

export type Line = HeaderLine | EntryLine | StreamLine | MessageLine | GroupsLine | EndLine;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;
const isCounts = (value: unknown): boolean => Array.isArray(value) && value.every(isCount);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

function isStream(line: Record<string, unknown>): boolean {
  return isText(line.stream) && isCount(line.rowBytes) && isCount(line.capacity) &&
    isCount(line.partitions) && Array.isArray(line.groups) && line.groups.every(isText);
}

/** What a line is, by its fields; undefined when it is none of an export. */
function kindOf(line: Record<string, unknown>): string | undefined {
  if ('millrace' in line) return isCount(line.version) ? 'header' : undefined;
  if ('key' in line) return 'value' in line ? 'entry' : undefined;
  if ('end' in line) return isCount(line.entries) && isCount(line.messages) ? 'end' : undefined;
  if ('partitions' in line) return isStream(line) ? 'stream' : undefined;
  if (!isText(line.stream)) return undefined;
  if ('message' in line) {
    return isCount(line.partition) && isCount(line.index) ? 'message' : undefined;
  }
  return isObject(line.had) && Object.values(line.had).every(isCounts) ? 'groups' : undefined;
}

/** A line with what it is. */
export type Parsed =
  | { readonly kind: 'header'; readonly line: HeaderLine }
  | { readonly kind: 'entry'; readonly line: EntryLine }
  | { readonly kind: 'stream'; readonly line: StreamLine }
  | { readonly kind: 'message'; readonly line: MessageLine }
  | { readonly kind: 'groups'; readonly line: GroupsLine }
  | { readonly kind: 'end'; readonly line: EndLine };

/** @throws MillraceError ENCODING when the text is no line of an export. */
export function parseLine(text: string): Parsed {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch (cause) {
    throw new MillraceError('ENCODING', 'The line is no JSON.', { cause });
  }
  const kind = isObject(line) ? kindOf(line) : undefined;
  if (kind === undefined) throw new MillraceError('ENCODING', 'The line is none of an export.');
  return { kind, line } as unknown as Parsed;
}

/** @throws MillraceError LAYOUT_MISMATCH for an export of a later version. */
export function checkHeader({ millrace, version }: HeaderLine): void {
  if (millrace === 'export' && version >= 1 && version <= EXPORT_VERSION) return;
  throw new MillraceError('LAYOUT_MISMATCH',
    `The export has the version ${version}, this package reads up to ${EXPORT_VERSION}.`);
}
