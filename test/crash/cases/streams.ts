// Streams: making, joining, appending, spilling, leases, offsets, trimming, destroying. What an
// operation does behind its last commit (waking, freeing frames) may be cut off anywhere.

import { key, type CrashCase } from '../crash-case.js';
import { ACTOR, FIRST, type Stage } from '../stage.js';
import { CREDIT, StreamClient, type Places } from '../stream-client.js';
import { useStreams } from '../stream-use.js';
import { toySizes } from '../toy.js';

interface Shape {
  readonly name: string;
  /** Messages of partition 0, each an extent of its own. */
  readonly holds?: string;
  readonly capacity?: number;
  prepare?(actor: StreamClient, places: Places, stage: Stage): void;
  act(actor: StreamClient, places: Places, stage: Stage): void;
  observe?(client: StreamClient, places: Places): string;
}

const FRAME_BYTES = 2048;
const EIGHT = '12345678';

const found = (client: StreamClient): string => {
  const stream = client.find('t');
  return stream === undefined ? 'none' : `${stream.nodes.length} partitions`;
};
const content = (client: StreamClient, { id, nodes, cells }: Places): string =>
  `${client.read(nodes[0], id)}, ${client.cell(cells[0])}`;
/** What is not trimmed. */
const rest = (from: number) => (client: StreamClient, { id, nodes }: Places): string =>
  client.read(nodes[0], id, from);

/** The offset, with a map entry and without trimming. */
function commitWith(
  actor: StreamClient, { cells, group }: Places, stage: Stage, offset: number, value: string,
): void {
  actor.call('offsetStage', cells[0], group, offset, 0);
  stage.batch([{ key: key(1), value }]);
}
/** The rival's messages stand between, so every message is an extent of its own. */
function fill(stage: Stage, { id, nodes }: Places, digits: string): void {
  const clients = [new StreamClient(stage), new StreamClient(stage, FIRST)];
  [...digits].forEach((digit, i) => {
    stage.expect(clients[i % 2].push(nodes[0], id, digit), 1);
  });
}

const SHAPES: readonly Shape[] = [
  { name: 'create', act: (actor) => { actor.create('t', 2); }, observe: found },
  {
    name: 'create: from nodes that were freed',
    prepare: (actor) => { actor.create('t', 2); actor.destroy('t'); },
    act: (actor) => { actor.create('t', 2); }, observe: found,
  },
  { name: 'join: a new group', act: (actor) => { actor.join('s', 'h'); }, observe: content },
  { name: 'join: a group that is there', act: (actor) => { actor.join('s', 'g'); } },
  {
    name: 'append: a new extent', holds: '12',
    act: (actor, { id, nodes }) => { actor.push(nodes[0], id, '34'); }, observe: content,
  },
  {
    name: 'append: to the last extent', holds: '1',
    act: (actor, { id, nodes }) => { actor.push(nodes[0], id, '2'); }, observe: content,
  },
  {
    name: 'append: spills', holds: EIGHT,
    act: (actor, { id, nodes }) => { actor.push(nodes[0], id, '9'); }, observe: content,
  },
  {
    name: 'append: in another frame', holds: '12', capacity: 2 * FRAME_BYTES,
    prepare: (actor) => { actor.call('streamReserve', FRAME_BYTES - 64); },
    act: (actor, { id, nodes }) => { actor.push(nodes[0], id, EIGHT + EIGHT); }, observe: content,
  },
  {
    name: 'append: without credit', holds: '12', capacity: 16,
    act: (actor, { id, nodes }, stage) => stage.expect(actor.push(nodes[0], id, '3'), CREDIT),
    observe: content,
  },
  {
    name: 'lease: taken',
    act: (actor, { cells, group }) => actor.must('leaseTake', cells[0], group), observe: content,
  },
  {
    name: 'lease: given',
    prepare: (actor, { cells, group }) => actor.must('leaseTake', cells[0], group),
    act: (actor, { cells, group }) => { actor.call('leaseGive', cells[0], group); },
    observe: content,
  },
  {
    name: 'offset: committed with the map', holds: '12',
    prepare: (actor, { cells, group }) => actor.must('leaseTake', cells[0], group),
    act: (actor, places, stage) => commitWith(actor, places, stage, 2, 'new'), observe: content,
  },
  {
    name: 'trim: the newest extents', holds: '1234', capacity: 64,
    prepare: (actor, places, stage) => {
      actor.must('leaseTake', places.cells[0], places.group);
      commitWith(actor, places, stage, 3, 'new');
    },
    act: (actor, { id, nodes }) => { actor.call('partitionTrim', nodes[0], id); },
    observe: rest(3),
  },
  {
    name: 'trim: old extents', holds: `${EIGHT}91`,
    prepare: (actor, places, stage) => {
      actor.must('leaseTake', places.cells[0], places.group);
      commitWith(actor, places, stage, 9, 'new');
    },
    act: (actor, { id, nodes }) => { actor.call('partitionTrim', nodes[0], id); },
    observe: rest(9),
  },
  {
    name: 'group: left', act: (actor, { members, group }) => {
      actor.call('groupLeave', members, group);
    },
  },
  {
    name: 'destroy: while somebody reads', holds: `${EIGHT}91`,
    prepare: (_, { cells, group }, stage) =>
      new StreamClient(stage, FIRST).must('leaseTake', cells[0], group),
    act: (actor) => { actor.destroy('s'); },
    observe: (client) => String(client.find('s') === undefined),
  },
  {
    name: 'destroy: what is left', holds: `${EIGHT}91`,
    prepare: (actor, { cells, group }, stage) => {
      const reader = new StreamClient(stage, FIRST);
      reader.must('leaseTake', cells[0], group);
      actor.destroy('s');
      reader.call('leaseGive', cells[0], group);
    },
    act: (actor) => { actor.call('sweepStreams'); },
  },
];

export const streamCases: readonly CrashCase[] =
  SHAPES.map(({ name, holds = '', capacity = 1024, prepare, act, observe }): CrashCase => {
    let places: Places;
    let stage: Stage;
    return {
      name: `stream ${name}`,
      sizes: toySizes({ kib: 160 }),
      prepare(on) {
        stage = on;
        const actor = new StreamClient(on, ACTOR);
        on.put(key(1), 'old');
        on.expect(actor.create('s', 1, capacity), 1);
        on.expect(actor.join('s', 'g'), 1);
        on.expect(new StreamClient(on, FIRST).join('s', 'g'), 1);
        places = actor.places('s', 'g');
        fill(on, places, holds);
        prepare?.(actor, places, on);
      },
      act(on) { act(new StreamClient(on, ACTOR), places, on); },
      observe: observe === undefined ? undefined
        : (client) => observe(new StreamClient(stage, client.slot), places),
      goOn: (on, clients, random) => useStreams('s', 'g', on, clients, random),
    };
  });
