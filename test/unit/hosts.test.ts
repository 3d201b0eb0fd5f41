import { describe, expect, test } from 'vitest';
import * as browser from '../../src/host/browser/index.js';
import * as node from '../../src/host/node/index.js';

/** What one host offers in the words of the other: that this compiles is half of the test. */
const asNode = (host: typeof browser): Omit<typeof node, 'SupervisorThreads'> => host;

describe('the hosts', () => {
  test('offer the same names', () => {
    expect(Object.keys(asNode(browser)).sort()).toEqual(Object.keys(node).sort());
  });
});
