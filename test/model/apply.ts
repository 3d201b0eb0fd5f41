/**
 * One random step on the map and on the model: both must say the same.
 */
import { expect } from 'vitest';
import type { Store } from '../../src/store.js';
import type { MapVerbs, Model, Step, Write } from './support.js';

const PLANNED = new Error('a planned failure inside a transaction');

function applySimple<K, V>(map: MapVerbs<K, V>, model: Model<K, V>, step: Step<K, V>): void {
  switch (step.do) {
    case 'put':
      map.put(step.key, step.value);
      model.put(step.key, step.value);
      break;
    case 'get': expect(map.get(step.key)).toEqual(model.get(step.key)); break;
    case 'has': expect(map.has(step.key)).toBe(model.get(step.key) !== undefined); break;
    case 'del': expect(map.del(step.key)).toBe(model.del(step.key)); break;
    case 'getMany':
      expect(map.getMany(step.keys)).toEqual(step.keys.map((key) => model.get(key)));
      break;
    case 'entries':
      expect([...map.entries(step.range)]).toEqual(model.entries(step.range));
      break;
    case 'keys':
      expect([...map.keys(step.range)]).toEqual(model.entries(step.range).map(([key]) => key));
      break;
    case 'values':
      expect([...map.values(step.range)]).toEqual(model.entries(step.range).map(([, v]) => v));
      break;
    default: throw new Error(`no simple step: ${step.do}`);
  }
}

function applyWrites<K, V>(model: Model<K, V>, writes: readonly Write<K, V>[]): void {
  for (const write of writes) {
    if (write.type === 'put') model.put(write.key, write.value);
    else model.del(write.key);
  }
}

/** Runs the step and returns the model as it is afterwards. */
export function applyStep<K, V>(
  store: Store<K, V>, model: Model<K, V>, step: Step<K, V>,
): Model<K, V> {
  if (step.do === 'batch') {
    store.batch(step.writes);
    applyWrites(model, step.writes);
    return model;
  }
  if (step.do !== 'transaction') {
    applySimple(store, model, step);
    return model;
  }
  const inside = model.copy();
  const run = (): void => store.transaction((tx) => {
    for (const inner of step.steps) applySimple(tx, inside, inner);
    if (step.fails) throw PLANNED;
  });
  if (!step.fails) {
    run();
    return inside;
  }
  expect(run).toThrow(PLANNED);
  return model;
}
