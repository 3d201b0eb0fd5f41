// A plain Map: the bound that no shared store reaches, because it hands out references.
import type { Engine } from '../engine.js';
import { digest } from '../workload.js';
import type { Batch } from '../workload.js';

const REFERENCES = 'hands out references, in one thread; number keys, its fastest kind; no order';

export function openMap(content: Batch): Engine {
  const map = new Map<number, Buffer>();
  const put = ({ numbers, values }: Batch): number => {
    for (let i = 0; i < numbers.length; i++) map.set(numbers[i], values[i]);
    return 0;
  };
  const get = ({ numbers }: Batch): number => {
    let sum = 0;
    for (const key of numbers) sum += digest(map.get(key)!);
    return sum;
  };
  put(content);
  return {
    name: 'Map', durable: false, shared: false,
    ops: {
      get: { run: get, copies: 0, note: REFERENCES },
      getView: { run: get, copies: 0, note: REFERENCES },
      put: { run: put, copies: 0, note: REFERENCES },
      getMany64: { run: get, copies: 0, note: `${REFERENCES}; 64 calls of get` },
    },
    peek: (_, number) => map.get(number),
    close: () => map.clear(),
  };
}
