/**
 * The warden: a worker that starts the lanes' workers, terminates them and starts successors. Most
 * victims stand inside an operation, holding locks; some hang before; some are just starting. It is
 * a member of the store, to hear of the others, and no main thread: that one may be blocked.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker, parentPort, workerData } from 'node:worker_threads';
import { attach } from 'millrace';
import type { Member, StoreHandle } from 'millrace';
import { identityOf } from './entries.js';
import { Hunter } from './hunter.js';
import type { Leaves, Prey } from './hunter.js';
import type { LaneStart } from './lane-worker.js';
import { Ledger } from './ledger.js';
import type { Order } from './ledger.js';
import { Random } from './random.js';

/** What the warden is started with. */
export interface WardenStart {
  readonly handle: StoreHandle;
  readonly ledger: SharedArrayBuffer;
  readonly seed: number;
  readonly kills: number;
  /** Lanes that work on the map; the others work on the stream. */
  readonly mapLanes: number;
  readonly leaves: Leaves;
}

/** From a terminate to the next write of another worker on the key whose lock the victim held. */
export interface Stall {
  readonly microseconds: number;
  /** Whether the main thread was blocked for seconds. */
  readonly isBlocked: boolean;
}

/** What the warden says at the end. */
export interface WardenReport {
  /** Messages of workers that failed by themselves, and what else went wrong. */
  readonly failures: string[];
  readonly stalls: Stall[];
  /** Workers that died before they had begun to work. */
  readonly early: number;
  /** Workers that hung, were told of as silent, and were terminated. */
  readonly wedged: number;
  /** Workers that were slow and lived. */
  readonly slow: number;
  /** Living workers that were told of as silent although they had not hung, or as dead. */
  readonly falseSuspicions: number;
}

/** The longest pause before a kill, and how long to look for prey. */
const PAUSE_MS = 8;
const HUNT_MS = 20;
/** Which kills hang before, and before which ones a lane is told to be slow. */
const WEDGE_EVERY = 50;
const SLOW_EVERY = 12;
const STANDS = ['stand 0', 'stand 1', 'stand 2'] as const;
const SLOW_ORDERS: readonly Order[] = ['compute', 'make garbage', 'pause'];
/** Of the kills, those by trap, those by trap or by hunting; others meet anyone at random. */
const BY_TRAP = 0.5;
const BY_HUNTING = 0.75;
const EARLY = 0.98;
const NAME = 'warden';
/** When a wedge that nobody tells of, or a key that nobody writes, is a failure. */
const BOUND_MS = 20_000;

interface Inmate {
  readonly worker: Worker;
  readonly gone: Promise<void>;
  isAtWork: boolean;
  /** Its incarnation, once it is at work. */
  member?: Member;
  isWedged: boolean;
  isKilled: boolean;
  /** Orders to be slow that it was given. */
  orders: number;
}

const { handle, ledger: memory, seed, kills, mapLanes, leaves }: WardenStart = workerData;
const ledger = new Ledger(memory);
const random = new Random(seed);
const store = attach(handle, { identity: NAME });
const hunter = new Hunter(handle.memory, leaves);
const inmates: Inmate[] = [];
const failures: string[] = [];
const stalls: Stall[] = [];
const silent = new Set<string>();
const counts = { early: 0, wedged: 0, slow: 0, falseSuspicions: 0 };

store.members.on('silent', ({ identity = '' }) => {
  silent.add(identity);
  if (!inmates.some(({ isWedged }, lane) => isWedged && identityOf(lane) === identity)) {
    counts.falseSuspicions++;
  }
});
store.members.on('leave', ({ slot, generation }) => {
  const isOurs = ({ member, isKilled }: Inmate): boolean =>
    member?.slot === slot && member.generation === generation && !isKilled;
  if (inmates.some(isOurs) && !ledger.isStopped) counts.falseSuspicions++;
});

for (let lane = 0; lane < ledger.lanes; lane++) inmates.push(start(lane));
for (let i = 0; i < kills && failures.length === 0; i++) {
  await sleep(random.below(PAUSE_MS));
  if (i % SLOW_EVERY === 1) await makeSlow();
  if (i % WEDGE_EVERY === WEDGE_EVERY / 2) await killWedged();
  else await killOne();
}
await finish();

function start(lane: number): Inmate {
  ledger.give(lane, 'go on');
  const partition = lane < mapLanes ? undefined : lane - mapLanes;
  const orders: LaneStart = { handle, ledger: memory, seed, lane, partition };
  const worker = new Worker(new URL('./lane-worker.js', import.meta.url), { workerData: orders });
  const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const inmate: Inmate = {
    worker, gone, isAtWork: false, isWedged: false, isKilled: false, orders: ledger.orders(lane),
  };
  worker.once('message', () => {
    inmate.member = store.members.list().find(({ identity }) => identity === identityOf(lane));
    inmate.isAtWork = true;
  });
  worker.once('error', (error) => failures.push(error.stack ?? String(error)));
  return inmate;
}

/** Lanes that work, and are not about to be slow or to hang. */
function ready(): number[] {
  return inmates.flatMap(({ isAtWork, isWedged, orders }, lane) =>
    (isAtWork && !isWedged && orders === ledger.orders(lane) ? [lane] : []));
}

/** A random lane that is ready, while two on the map are ready: one of them will go on. */
async function someLane(): Promise<number | undefined> {
  for (let waited = 0; waited < BOUND_MS; waited++) {
    const lanes = ready();
    const lane = lanes[random.below(lanes.length)];
    if (lanes.filter((other) => other < mapLanes).length > 1) return lane;
    await sleep(1);
  }
  failures.push('nobody is at work');
  return undefined;
}

async function killOne(): Promise<void> {
  const lane = await someLane();
  if (lane === undefined) return;
  const share = random.next();
  const mapped = ready().filter((other) => other < mapLanes);
  if (share < BY_TRAP) return killTrapped(mapped[random.below(mapped.length)]);
  if (share < BY_HUNTING) return killHunted(lane);
  return kill(share < EARLY ? lane : random.below(ledger.lanes));
}

/** Somebody who is seen inside an operation, or else the one that is given. */
async function killHunted(lane: number): Promise<void> {
  for (const until = performance.now() + HUNT_MS; performance.now() < until;) {
    const prey = hunter.look();
    const lanes = ready();
    const victim = lanes.find((other) => inmates[other].member?.slot === prey?.slot);
    const isAlone = !lanes.some((other) => other !== victim && other < mapLanes);
    if (prey !== undefined && victim !== undefined && !isAlone) return kill(victim, prey);
    await sleep(0);
  }
  return kill(lane);
}

/** The victim takes the lock of a hot leaf, and then waits for the one of the trap. */
async function killTrapped(lane: number): Promise<void> {
  const own = store.members.list().find(({ identity }) => identity === NAME);
  const group = random.below(leaves.hot.length);
  if (own === undefined) throw new Error('the warden is no member');
  hunter.setTrap(own.slot, own.generation);
  ledger.give(lane, STANDS[group]);
  const until = performance.now() + BOUND_MS;
  let prey: Prey | undefined;
  do {
    await sleep(0);
    prey = hunter.lookAt(group);
    if (performance.now() > until) failures.push(`lane ${lane} is not in the trap`);
  } while (prey?.slot !== inmates[lane].member?.slot && failures.length === 0);
  await kill(lane, prey);
  hunter.openTrap();
}

/** Terminates a lane's worker, measures what others feel of it, and starts its successor. */
async function kill(lane: number, prey?: Prey): Promise<void> {
  const inmate = inmates[lane];
  const isBlocked = ledger.isBlockedLong;
  inmate.isKilled = true;
  const from = ledger.now();
  const ended = inmate.worker.terminate();
  if (prey !== undefined && hunter.isCaught(prey, () => ledger.now())) {
    ledger.askFor(prey.group);
    await awaitWrite(prey.group, from, isBlocked);
  }
  await ended;
  await inmate.gone;
  ledger.countKill();
  if (!inmate.isAtWork) counts.early++;
  inmates[lane] = start(lane);
}

async function awaitWrite(group: number, from: number, isBlocked: boolean): Promise<void> {
  for (const until = performance.now() + BOUND_MS; performance.now() < until;) {
    const written = ledger.answered(group);
    if (written !== undefined) {
      stalls.push({ microseconds: written - from, isBlocked });
      return;
    }
    await sleep(1);
  }
  failures.push(`nobody has written hot key ${group} after a death`);
}

/** Lets a lane hang, waits until that is told, and terminates it. */
async function killWedged(): Promise<void> {
  const lane = await someLane();
  if (lane === undefined) return;
  const identity = identityOf(lane);
  silent.delete(identity);
  inmates[lane].isWedged = true;
  ledger.give(lane, 'hang');
  for (let waited = 0; !silent.has(identity); waited++) {
    if (waited > BOUND_MS) failures.push(`nobody told that ${identity} hangs`);
    if (failures.length > 0) return;
    await sleep(1);
  }
  counts.wedged++;
  await kill(lane);
}

/** One lane at a time is slow, in one way after the other. */
async function makeSlow(): Promise<void> {
  const lane = await someLane();
  if (lane === undefined) return;
  inmates[lane].orders++;
  ledger.give(lane, SLOW_ORDERS[counts.slow++ % SLOW_ORDERS.length]);
}

async function finish(): Promise<void> {
  ledger.stop();
  await Promise.all(inmates.map(({ gone }) => gone));
  await store.close();
  parentPort?.postMessage({ failures, stalls, ...counts } satisfies WardenReport, []);
}
