import { expect, test } from 'vitest';
import type { News } from '../../src/supervisor/client.js';
import type { Instance } from '../../src/supervisor/instance.js';
import { Members } from '../../src/supervisor/members.js';
import type { MemberEvent } from '../../src/supervisor/members.js';
import { World } from './supervisor-support.js';

const GENERATION_MAX = 0xffff;

/** Members of a world with one worker in slot 1, and what their listeners heard. */
function members() {
  const world = new World(3);
  world.grantSlot();
  let tell: (news: News) => void = () => undefined;
  const all = new Members({ slot: 1, listen: (to) => { tell = to; } }, world.memory);
  const heard: string[] = [];
  const events: MemberEvent[] = ['join', 'leave', 'rejoin', 'silent'];
  for (const event of events) {
    all.on(event, ({ slot, generation }) => heard.push(`${event} ${slot}.${generation}`));
  }
  return { world, all, heard, tell: (news: News) => tell(news) };
}

function instance(slot: number, generation: number, rejoined = false): Instance {
  return { slot, generation, role: 'worker', thread: 1, rejoined };
}

/** News that an instance is there; it then lives in the slot table, too. */
function present(world: World, ...instances: Instance[]): News {
  for (const { slot, generation } of instances) world.own(slot, generation);
  return { kind: 'present', instances };
}

const left = (slot: number, generation: number): News =>
  ({ kind: 'left', instance: instance(slot, generation) });

test('the list is what the slot table says', () => {
  const { world, all } = members();
  world.grantSlot();
  world.table.seat(1, 5);
  world.name(0, 'a name', 2, 1);
  expect(all.list()).toEqual([
    { slot: 1, generation: 1, role: 'supervisor' },
    { slot: 2, generation: 1, role: 'worker', identity: 'a name' },
  ]);
});

test('the name of an earlier owner of the slot is not the name of the present one', () => {
  const { world, all } = members();
  world.name(0, 'a name', 1, 1);
  world.declareDead(1, 1);
  world.grantSlot();
  expect(all.list()).toEqual([{ slot: 1, generation: 2, role: 'worker' }]);
});

test('news that two supervisors bring is told once', () => {
  const { world, heard, tell } = members();
  for (let i = 0; i < 2; i++) tell(present(world, instance(1, 1), instance(2, 1)));
  for (let i = 0; i < 2; i++) tell(left(2, 1));
  expect(heard).toEqual(['join 2.1', 'leave 2.1']);
});

test('an identity that is back rejoins', () => {
  const { world, heard, tell } = members();
  tell(present(world, instance(2, 1, true)));
  expect(heard).toEqual(['rejoin 2.1']);
});

test('the successor in a slot tells that its predecessor has left', () => {
  const { world, heard, tell } = members();
  tell(present(world, instance(2, 1)));
  tell(present(world, instance(2, 2)));
  tell(left(2, 1));
  expect(heard).toEqual(['join 2.1', 'leave 2.1', 'join 2.2']);
});

test('old news of a slot is no news, also where generations wrap', () => {
  const { world, heard, tell } = members();
  tell(present(world, instance(2, GENERATION_MAX)));
  tell(present(world, instance(2, 1)));
  tell({ kind: 'present', instances: [instance(2, GENERATION_MAX)] });
  expect(heard).toEqual([`join 2.${GENERATION_MAX}`, `leave 2.${GENERATION_MAX}`, 'join 2.1']);
});

test('a death before the supervisors knew of the listener is told as well', () => {
  const { world, heard, tell } = members();
  world.declareDead(1, 1);
  tell({ kind: 'present', instances: [] });
  expect(heard).toEqual(['leave 1.1']);
});

test('a listener that was removed hears nothing', () => {
  const { world, all, tell } = members();
  const heard: number[] = [];
  const listener = ({ slot }: { slot: number }): void => { heard.push(slot); };
  all.on('join', listener).off('join', listener);
  tell(present(world, instance(2, 1)));
  expect(heard).toEqual([]);
});

test('an event that does not exist is a mistake', () => {
  const { all } = members();
  expect(() => all.on('death' as MemberEvent, () => undefined)).toThrow(TypeError);
});

test('a silence is told once, though two supervisors tell of it, and the next one again', () => {
  const { heard, tell } = members();
  const silent = (pulse: number): News => ({ kind: 'silent', instance: instance(1, 1), pulse });
  for (const pulse of [7, 7, 7, 8]) tell(silent(pulse));
  expect(heard).toEqual(['silent 1.1', 'silent 1.1']);
});

test('nobody is silent who has left', () => {
  const { world, heard, tell } = members();
  world.declareDead(1, 1);
  tell({ kind: 'silent', instance: instance(1, 1), pulse: 7 });
  expect(heard).toEqual([]);
});
