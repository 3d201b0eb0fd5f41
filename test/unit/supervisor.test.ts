import { describe, expect, test } from 'vitest';
import type { AttachRequest } from '../../src/supervisor/instance.js';
import { World } from './supervisor-support.js';
import type { FakePort } from './supervisor-support.js';

/** Makes the instance at this end hear of the others. */
function listen(world: World, port: FakePort): void {
  world.openLink(port).post({ kind: 'listen' });
  world.settle();
}

/** Whom an instance was told to be present, message by message. */
const presentTo = (port: FakePort) =>
  port.inbox.flatMap((message) => (message.kind === 'present' ? [message.instances] : []));

describe('a supervisor', () => {
  test('hands out free slots, each to one instance', () => {
    const world = new World(3);
    const thread = world.start();
    expect(world.ask(thread).grant()).toEqual({ slot: 2, generation: 1 });
    expect(world.ask(thread).grant()).toEqual({ slot: 3, generation: 1 });
  });

  test('fences an instance when its link ends, and the slot is free again', () => {
    const world = new World(2);
    const thread = world.start();
    const { port } = world.ask(thread);
    world.settle();
    expect(world.log).toEqual([]);
    port.close();
    world.settle();
    expect(world.log).toEqual(['fence 2.1']);
    expect(world.ask(thread).grant()).toEqual({ slot: 2, generation: 2 });
  });

  test('fences an instance whose thread ended before it was granted a slot', () => {
    const world = new World(2);
    const thread = world.start();
    const [near, port] = world.makePorts();
    near.close();
    world.ask(thread, { port });
    world.settle();
    expect(world.table.isTaken(2)).toBe(false);
  });

  test('tells of a death only after it has fenced the dead', () => {
    const world = new World(3);
    const thread = world.start();
    const listener = world.ask(thread).port;
    const { port } = world.ask(thread);
    listen(world, listener);
    port.close();
    world.settle();
    expect(world.log).toEqual(['fence 3.1', 'tell 3.1']);
  });

  test('tells a listener of everybody who is there and of each who comes', () => {
    const world = new World(4);
    const thread = world.start();
    const { port } = world.ask(thread, { identity: 'a' });
    world.ask(thread, { identity: 'b' });
    listen(world, port);
    world.ask(thread, { identity: 'c' });
    const names = presentTo(port).map((instances) => instances.map(({ identity }) => identity));
    expect(names).toEqual([['a', 'b'], ['c']]);
  });

  test('tells nothing to an instance that did not ask', () => {
    const world = new World(3);
    const thread = world.start();
    const { port } = world.ask(thread);
    world.ask(thread).port.close();
    world.settle();
    expect(port.inbox).toEqual([]);
  });

  test('says that an identity is back when the region knows its name', () => {
    const world = new World(4);
    const thread = world.start();
    const { port } = world.ask(thread);
    listen(world, port);
    world.name(0, 'old', 4, 1);
    world.ask(thread, { identity: 'old' });
    world.ask(thread, { identity: 'new' });
    const came = presentTo(port).slice(1).flat();
    expect(came.map(({ rejoined }) => rejoined)).toEqual([true, false]);
  });

  test('ends once it is retired and the last worker has gone', () => {
    const world = new World(2);
    const thread = world.start();
    const { port } = world.ask(thread);
    thread.supervisor.retire();
    expect(thread.hasEnded).toBe(false);
    port.close();
    world.settle();
    expect(thread.hasEnded).toBe(true);
  });
});

describe('a request that cannot be granted', () => {
  const cases: [string, Partial<AttachRequest>, string][] = [
    ['its thread is attached', { thread: 77 }, 'ALREADY_ATTACHED'],
    ['its identity is attached', { identity: 'me' }, 'IDENTITY_IN_USE'],
    ['every slot is taken', {}, 'NO_SLOT'],
  ];

  test.each(cases)('because %s is granted after a death', (_why, wish) => {
    const world = new World(2);
    const thread = world.start();
    const { port } = world.ask(thread, { thread: 77, identity: 'me' });
    const late = world.ask(thread, wish);
    expect(late.grant()).toBeUndefined();
    port.close();
    world.settle();
    world.pass();
    expect(late.grant()).toEqual({ slot: 2, generation: 2 });
  });

  test.each(cases)('because %s is refused when nobody has died', (_why, wish, code) => {
    const world = new World(2);
    const thread = world.start();
    world.ask(thread, { thread: 77, identity: 'me' });
    const late = world.ask(thread, wish);
    world.pass();
    expect(late.grant).toThrow(expect.objectContaining({ code }));
  });

  test('because there is no memory for its slot is told that the store is full', () => {
    const world = new World(3);
    const thread = world.start();
    world.isFull = true;
    const { grant } = world.ask(thread);
    world.pass();
    expect(grant).toThrow(expect.objectContaining({ code: 'FULL' }));
  });

  test('takes no slot when its thread has given up', () => {
    const world = new World(2);
    const thread = world.start();
    const { port } = world.ask(thread);
    world.ask(thread).port.close();
    world.settle();
    port.close();
    world.settle();
    world.pass();
    expect(world.table.isTaken(2)).toBe(false);
  });
});

describe('two supervisors', () => {
  test('both watch an instance that has asked one of them', () => {
    const world = new World(4);
    const first = world.start();
    const second = world.startBeside(first);
    const { port } = world.ask(first);
    world.settle();
    port.close();
    world.settle(second.ports);
    expect(world.log).toEqual(['fence 3.1']);
    world.settle();
    expect(world.log).toEqual(['fence 3.1']);
  });

  test('are told of instances that came before the second one', () => {
    const world = new World(4);
    const first = world.start();
    const { port } = world.ask(first);
    const second = world.startBeside(first);
    world.kill(first);
    port.close();
    world.settle(second.ports);
    expect(world.log).toEqual(['fence 1.1', 'fence 2.1']);
  });

  test('do not fence an instance because one of them has died', () => {
    const world = new World(4);
    const first = world.start();
    const second = world.startBeside(first);
    const { grant } = world.ask(first);
    world.kill(first);
    world.settle(second.ports);
    expect(world.log).toEqual(['fence 1.1']);
    expect(world.table.isAlive(3, 1)).toBe(true);
    expect(grant()).toEqual({ slot: 3, generation: 1 });
  });

  test('the survivor frees a slot that the other one took and gave to nobody', () => {
    const world = new World(4);
    const first = world.start();
    const second = world.startBeside(first);
    world.ask(first);
    const orphan = world.grantSlot();
    world.kill(first);
    world.settle(second.ports);
    expect(world.log).toEqual(['fence 1.1', `fence ${orphan}.1`]);
  });

  test('the dead one is no longer found by those who want to attach', () => {
    const world = new World(4);
    const first = world.start();
    const second = world.startBeside(first);
    world.table.seat(1, 0x7f);
    world.table.seat(2, 0x80);
    world.kill(first);
    world.settle(second.ports);
    expect(world.table.supervisors().map(({ slot }) => slot)).toEqual([2]);
  });

  test('the slower one takes the new owner of a slot for no proof of life of the old one', () => {
    const world = new World(3);
    const first = world.start();
    const second = world.startBeside(first);
    const old = world.ask(first);
    world.settle();
    old.port.close();
    world.settle(first.ports);
    const { port, grant } = world.ask(first);
    expect(grant()).toEqual({ slot: 3, generation: 2 });
    world.settle();
    expect(world.log).toEqual(['fence 3.1']);
    world.kill(first);
    port.close();
    world.settle(second.ports);
    expect(world.log).toEqual(['fence 3.1', 'fence 1.1', 'fence 3.2']);
  });

  test('old news of one that is dead do not fence the one that lives in its slot now', () => {
    const world = new World(4);
    const first = world.start();
    const old = world.ask(first);
    // The second one is told of it by one who has not noticed its end, and notices it itself.
    old.port.close();
    const { port, grant } = world.ask(first, { role: 'supervisor' });
    const second = world.start(grant()?.slot);
    second.ports.add(port);
    second.supervisor.watch(
      { slot: 1, generation: 1, role: 'supervisor', thread: 0, rejoined: false },
      world.openLink(port));
    world.settle(first.ports);
    const young = world.ask(second);
    expect(young.grant()).toEqual({ slot: 2, generation: 2 });
    world.settle();
    expect(world.log).toEqual(['fence 2.1']);
    expect(world.table.isAlive(2, 2)).toBe(true);
    young.port.close();
    world.settle();
    expect(world.log).toEqual(['fence 2.1', 'fence 2.2']);
  });
});
