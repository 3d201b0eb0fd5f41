// A value that comes by stdin instead of as an argument.
import { readValue } from './text.js';

/** All of stdin, read to its end, in the store's value encoding. */
export async function valueOfStdin(encoding: string, isText: boolean): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  const bytes = Buffer.concat(chunks);
  return encoding === 'binary'
    ? new Uint8Array(bytes)
    : readValue(bytes.toString(), encoding, isText);
}
