// Every engine of the stream bench, ours first.
import type { Engine } from '../engine.js';
import { bare } from './bare.js';
import { inPlace, pushed, staged } from './millrace.js';
import { inBatches, oneByOne, packed } from './ports.js';

export const ENGINES: readonly Engine[] = [
  inPlace, staged, pushed, bare, oneByOne, inBatches, packed,
];

export function engineNamed(name: string): Engine {
  const engine = ENGINES.find((one) => one.name === name);
  if (engine === undefined) throw new Error(`there is no engine '${name}'`);
  return engine;
}
