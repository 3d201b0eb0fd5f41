// Random walks on streams: partitions are filled, leased, read and trimmed at random beside a map,
// and sometimes somebody dies with a lease; then one more operation is stopped at each store.

import type { Client } from './client.js';
import { key, type CrashCase } from './crash-case.js';
import { oneOf } from './keys.js';
import { randomFrom, type Random } from './random.js';
import { ACTOR, FIRST, OTHER, type Stage } from './stage.js';
import { CREDIT, OK, StreamClient, type Places } from './stream-client.js';
import { useStreams } from './stream-use.js';
import { toySizes, type Sizes } from './toy.js';

const VERBS = [
  'append', 'append', 'append', 'commit', 'commit', 'trim', 'trim', 'take', 'give', 'join',
  'create', 'destroy', 'leave',
] as const;
type Verb = typeof VERBS[number];

const LONGEST = 40;
/** Appends of the last operation, tried in turn: the one with most stores is taken. */
const CANDIDATES = 3;
const DIGITS = 6;

function sizesOf(random: Random): Sizes {
  return toySizes({
    kib: oneOf(random, [160, 192, 256]),
    width: 3 + random(10),
    frameShift: oneOf(random, [10, 11, 12]),
    locks: oneOf(random, [19, 32]),
    runNodes: oneOf(random, [4, 8]),
    journal: random(3) === 0 ? 1 : 0,
  });
}

class StreamWalk {
  private readonly actor: StreamClient;
  private readonly rival: StreamClient;
  private readonly places: Places;
  /** Up to where the group has read each partition: what is before may be trimmed. */
  private readonly read: number[];
  private readonly tails: number[];
  /** What the act appends: to which partition, and which digits. */
  private appended = { partition: 0, digits: '1' };

  constructor(private readonly stage: Stage, private readonly random: Random) {
    this.actor = new StreamClient(stage, ACTOR);
    this.rival = new StreamClient(stage, FIRST);
    const capacity = oneOf(random, [128, 512, 2048]);
    stage.expect(this.actor.create('s', 1 + random(3), capacity), OK);
    stage.expect(this.actor.join('s', 'g'), OK);
    stage.expect(this.rival.join('s', 'g'), OK);
    this.places = this.actor.places('s', 'g');
    this.read = this.places.nodes.map(() => 0);
    this.tails = this.places.nodes.map(() => 0);
  }

  wander(): void {
    const { random, stage } = this;
    for (let left = random(LONGEST); left > 0; left--) {
      const partition = random(this.places.nodes.length);
      const client = random(3) === 0 ? this.rival : this.actor;
      const share = random(10);
      if (share < 7) this.append(client, partition, this.digits());
      else if (share < 8) this.takeAndCommit(partition, random(2) === 0);
      else stage.put(key(random(30)), `value ${left}`, random(2) === 0 ? ACTOR : FIRST);
    }
  }

  /** Brings the partitions to where the verb makes sense. */
  settle(verb: Verb): void {
    const { random, actor, stage, places: { cells, group } } = this;
    const partition = random(cells.length);
    this.appended = { partition, digits: this.digits() };
    if (verb === 'append') this.chooseAppend();
    if (verb === 'commit') actor.must('leaseTake', cells[partition], group);
    if (verb === 'trim') {
      this.takeAndCommit(partition, false);
      actor.call('leaseGive', cells[partition], group);
    }
    if (verb === 'give') actor.must('leaseTake', cells[partition], group);
    if (verb === 'take' && random(2) === 0) {
      actor.call('leaseGive', cells[partition], group);
      const other = new StreamClient(stage, OTHER);
      stage.expect(other.join('s', 'g'), OK);
      other.must('leaseTake', cells[partition], group);
      stage.client(FIRST).call('declareDead', OTHER, stage.generation(OTHER));
    }
  }

  perform(verb: Verb): void {
    const { stage, actor, places: { id, nodes, cells, group, members } } = this;
    const { partition, digits } = this.appended;
    switch (verb) {
      case 'append': actor.push(nodes[partition], id, digits); return;
      case 'commit':
        actor.call('offsetStage', cells[partition], group, this.tails[partition], 0);
        stage.batch([...digits].map((digit, i) => ({ key: key(2 * i), value: `read ${digit}` })));
        return;
      case 'trim': actor.call('partitionTrim', nodes[partition], id); return;
      case 'take': actor.must('leaseTake', cells[partition], group); return;
      case 'give': actor.call('leaseGive', cells[partition], group); return;
      case 'join': actor.join('s', `group ${digits}`); return;
      case 'create': actor.create('t', cells.length); return;
      case 'destroy': actor.destroy('s'); return;
      default: actor.call('groupLeave', members, group);
    }
  }

  /** What a mini-transaction changes at one moment; what takes several is judged by its use. */
  observe(verb: Verb, { slot }: Client): string {
    const client = new StreamClient(this.stage, slot);
    const { id, nodes, cells } = this.places;
    if (verb === 'join' || verb === 'create' || verb === 'destroy') return '';
    return nodes.map((node, i) =>
      `${client.read(node, id, this.read[i])} ${client.cell(cells[i])}`).join();
  }

  private digits(): string {
    return Array.from({ length: 1 + this.random(DIGITS) }, () => 1 + this.random(9)).join('');
  }

  private append(client: StreamClient, partition: number, digits: string): void {
    const { id, nodes } = this.places;
    const result = client.push(nodes[partition], id, digits);
    if (result === OK) this.tails[partition] += digits.length;
    else this.stage.expect(result, CREDIT);
  }

  /** Reads some of a partition, and lets it be trimmed if so wanted. */
  private takeAndCommit(partition: number, trims: boolean): void {
    const { stage, actor, places: { cells, group } } = this;
    const unread = this.tails[partition] - this.read[partition];
    const to = this.read[partition] + this.random(unread + 1);
    actor.must('leaseTake', cells[partition], group);
    if (trims) actor.must('offsetCommit', cells[partition], group, to, 0);
    else {
      actor.call('offsetStage', cells[partition], group, to, 0);
      stage.batch([{ key: key(partition), value: `at ${to}` }]);
    }
    this.read[partition] = to;
    if (this.random(2) === 0) actor.call('leaseGive', cells[partition], group);
  }

  private chooseAppend(): void {
    const { machine } = this.stage;
    const image = machine.image();
    let most = -1;
    for (let i = 0; i < CANDIDATES; i++) {
      const before = this.appended;
      this.appended = {
        partition: this.random(this.places.nodes.length), digits: this.digits(),
      };
      const { stores } = machine.run(ACTOR, 0, () => this.perform('append'));
      machine.restore(image);
      if (stores > most) most = stores;
      else this.appended = before;
    }
  }
}

/** The walk that follows from a seed. */
export function streamWalk(seed: number): CrashCase {
  const random = randomFrom(~seed);
  const sizes = sizesOf(random);
  const verb = VERBS[seed % VERBS.length];
  const start = random(0x7fff_ffff);
  let walk: StreamWalk;
  return {
    name: `stream walk ${seed}: ${verb}, width ${sizes.width}`,
    sizes,
    prepare(stage) {
      if (verb === 'take') stage.admit(OTHER);
      walk = new StreamWalk(stage, randomFrom(start));
      walk.wander();
      walk.settle(verb);
    },
    act: () => walk.perform(verb),
    observe: (client) => walk.observe(verb, client),
    goOn: (stage, clients, drawn) => useStreams('s', 'g', stage, clients, drawn),
  };
}
