// Streams are used after a recovery: messages are appended, read, leased, committed and trimmed by
// all who are alive then, and compared with a text of digits.

import type { Client } from './client.js';
import type { Random } from './random.js';
import type { Stage } from './stage.js';
import { CREDIT, FULL, OK, StreamClient, type Places } from './stream-client.js';

const NO = 0;
const STEPS = 12;

/** Uses the stream of this name, if it is there, and another one that is made and destroyed. */
export function useStreams(
  name: string, group: string, stage: Stage, clients: readonly Client[], random: Random,
): void {
  const users = clients.map(({ slot }) => new StreamClient(stage, slot));
  const [first] = users;
  if (first.find(name) !== undefined) {
    const places = first.places(name, group);
    for (let partition = 0; partition < places.nodes.length; partition++) {
      usePartition(users, places, partition, random);
    }
  }
  useAnother(stage, users[random(users.length)]);
}

/** Appends until nothing fits any more, or long enough, and then reads all of it for the group. */
function usePartition(
  users: readonly StreamClient[], { id, nodes, cells, group }: Places, partition: number,
  random: Random,
): void {
  const node = nodes[partition];
  const [reader] = users;
  const start = reader.firstOf(node);
  let content = reader.read(node, id, start);
  for (let i = 0; i < STEPS; i++) {
    const digits = String(1 + random(999));
    const result = users[random(users.length)].push(node, id, digits);
    if (result === OK) content += digits;
    else if (result !== CREDIT && result !== FULL) throw new Error(`append says ${result}`);
    const found = users[random(users.length)].read(node, id, start);
    if (found !== content) throw new Error(`partition ${partition}: ${found}, not ${content}`);
  }
  const end = start + content.length;
  for (const user of users) {
    const result = user.call('leaseTake', cells[partition], group);
    if (result === NO) continue;
    if (result !== OK) throw new Error(`leaseTake says ${result}`);
    user.must('offsetCommit', cells[partition], group, end, 0);
    user.call('leaseGive', cells[partition], group);
    return;
  }
}

/** From its first call to its last, a stream that nobody knew. */
function useAnother(stage: Stage, user: StreamClient): void {
  const made = user.create('another', 2);
  if (made === FULL) return;
  stage.expect(made, OK);
  if (user.join('another', 'readers') === FULL) {
    stage.expect(user.destroy('another'), OK);
    return;
  }
  const { id, nodes, cells, group } = user.places('another', 'readers');
  let content = '';
  for (const digits of ['31', '4']) {
    const result = user.push(nodes[1], id, digits);
    if (result === OK) content += digits;
    else stage.expect(result, FULL);
  }
  stage.expect(user.read(nodes[1], id), content);
  user.must('leaseTake', cells[1], group);
  user.must('offsetCommit', cells[1], group, content.length, 0);
  user.call('leaseGive', cells[1], group);
  stage.expect(user.destroy('another'), OK);
  stage.expect(user.find('another'), undefined);
}
