// Heartbeats in a world without threads: who is told of a silence, and that it is no death.

import { expect, test } from 'vitest';
import { LOOKS } from '../../src/supervisor/heartbeat.js';
import { World } from './supervisor-support.js';

/** A supervisor, a listener in slot 2, and a worker in slot 3 that promised a heartbeat or not. */
function scene(heartbeat?: number) {
  const world = new World(4);
  const thread = world.start();
  const listener = world.ask(thread).port;
  world.openLink(listener).post({ kind: 'listen' });
  const { port } = world.ask(thread, { heartbeat });
  world.settle();
  const look = (times: number): void => {
    for (let i = 0; i < times; i++) world.pass();
  };
  const told = (): number => listener.inbox.filter(({ kind }) => kind === 'silent').length;
  return { world, look, told, port };
}

test('a worker without a heartbeat may be silent for ever', () => {
  const { look, told } = scene();
  look(100);
  expect(told()).toBe(0);
});

test('a worker that beats is not silent', () => {
  const { world, look, told } = scene(1000);
  for (let i = 0; i < 20; i++) {
    look(LOOKS - 1);
    world.table.beat(3);
  }
  expect(told()).toBe(0);
});

test('a silence is told as long as it lasts, and is no death', () => {
  const { world, look, told, port } = scene(1000);
  look(LOOKS);
  expect(told()).toBe(0);
  look(1);
  expect(told()).toBe(1);
  look(LOOKS);
  expect(told()).toBe(2);
  expect(world.log).toEqual([]);
  port.close();
  world.settle();
  expect(world.log).toContain('fence 3.1');
  look(3 * LOOKS);
  expect(told()).toBe(2);
});
