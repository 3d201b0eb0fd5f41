/**
 * Messages from thread to thread in a browser. Ports cannot reach a thread that one has no message
 * path to, but channels have names: each thread listens on one that is named after its number.
 */
import type { AttachRequest, Message } from '../../supervisor/instance.js';

/** What goes through a channel. */
export type Parcel =
  | { readonly kind: 'request'; readonly request: AttachRequest }
  | { readonly kind: 'message'; readonly link: string; readonly message: Message }
  | { readonly kind: 'close'; readonly link: string }
  | { readonly kind: 'echo'; readonly number: number };

/** What belongs to a link. */
export type LinkParcel = Extract<Parcel, { link: string }>;

/** Parcels may be here before their link, because its two ends travel on different ways. */
const EARLY_LINKS = 256;

const channelName = (thread: number): string => `millrace-thread-${thread}`;

const links = new Map<string, (parcel: LinkParcel) => void>();
const early = new Map<string, LinkParcel[]>();
const echoes = new Map<number, () => void>();
let echoesSent = 0;
let onRequest: ((request: AttachRequest) => void) | undefined;
let channel: BroadcastChannel | undefined;

/** A way to a thread: what is posted arrives in order, unless the thread has ended. */
export function wayTo(thread: number): BroadcastChannel {
  return new BroadcastChannel(channelName(thread));
}

/** Starts to listen for this thread; calling it again changes nothing. */
export function listenAs(thread: number): void {
  if (channel !== undefined) return;
  channel = new BroadcastChannel(channelName(thread));
  channel.addEventListener('message', ({ data }: MessageEvent<Parcel>) => deliver(data));
}

/** Sets who takes the requests that are sent to this thread. */
export function takeRequests(take: (request: AttachRequest) => void): void {
  onRequest = take;
}

/** Sets who takes what belongs to a link, beginning with what is here already. */
export function openBox(link: string, take: (parcel: LinkParcel) => void): void {
  links.set(link, take);
  const waiting = early.get(link);
  early.delete(link);
  // Later, as if it came now: the link has no listener yet.
  if (waiting) queueMicrotask(() => waiting.forEach((parcel) => links.get(link)?.(parcel)));
}

/** Nothing more of this link is wanted. */
export function closeBox(link: string): void {
  links.delete(link);
}

/**
 * Calls back when everything has been delivered that was sent to this thread until now, also by
 * threads that have ended: a parcel of our own comes behind it.
 */
export function afterDelivery(thread: number, run: () => void): void {
  echoesSent += 1;
  echoes.set(echoesSent, run);
  const way = wayTo(thread);
  way.postMessage({ kind: 'echo', number: echoesSent } satisfies Parcel);
  way.close();
}

function deliver(parcel: Parcel): void {
  if (parcel.kind === 'request') onRequest?.(parcel.request);
  else if (parcel.kind === 'echo') heardEcho(parcel.number);
  else (links.get(parcel.link) ?? keep)(parcel);
}

function heardEcho(number: number): void {
  echoes.get(number)?.();
  echoes.delete(number);
}

/** Some of it is late and not early: its link was closed here. The oldest is dropped. */
function keep(parcel: LinkParcel): void {
  const waiting = early.get(parcel.link) ?? [];
  early.set(parcel.link, [...waiting, parcel]);
  if (early.size <= EARLY_LINKS) return;
  const [oldest] = early.keys();
  early.delete(oldest);
}
