/**
 * Links in browsers: parcels through the channels of two threads, and each thread's Web Lock as the
 * proof that it has ended.
 */
import type { Message } from '../../supervisor/instance.js';
import type { Link, Port } from '../../supervisor/link.js';
import { afterDelivery, closeBox, listenAs, openBox, wayTo } from './inbox.js';
import type { LinkParcel, Parcel } from './inbox.js';
import { thisThread, whenEnded } from './thread.js';

/** One end of a link: its name, and the thread at the other end. */
interface BrowserPort {
  readonly link: string;
  readonly peer: number;
}

let links = 0;

/** Two ends of a link, each for the thread that will hold it. */
export function makePorts(near: number, far: number): [Port, Port] {
  links += 1;
  const link = `${thisThread()}-${links}`;
  const ends: [BrowserPort, BrowserPort] = [{ link, peer: far }, { link, peer: near }];
  return ends;
}

/** Takes a port into use. */
export function openLink(port: Port): Link {
  return new ChannelLink(port as BrowserPort);
}

class ChannelLink implements Link {
  private readonly name: string;
  private readonly way: BroadcastChannel;
  private readonly forget: () => void;
  private isOpen = true;
  private onMessage = (_message: Message): void => undefined;
  private onClose = (): void => undefined;

  constructor({ link, peer }: BrowserPort) {
    const thread = thisThread();
    this.name = link;
    this.way = wayTo(peer);
    listenAs(thread);
    openBox(link, (parcel) => this.take(parcel));
    // The lock can be faster than what the thread had sent before it ended.
    this.forget = whenEnded(peer, () => afterDelivery(thread, () => this.ended()));
  }

  post(message: Message): void {
    if (this.isOpen) this.send({ kind: 'message', link: this.name, message });
  }

  listen(onMessage: (message: Message) => void, onClose: () => void): void {
    this.onMessage = onMessage;
    this.onClose = onClose;
  }

  close(): void {
    if (!this.isOpen) return;
    this.send({ kind: 'close', link: this.name });
    this.end();
  }

  private take(parcel: LinkParcel): void {
    if (parcel.kind === 'message') this.onMessage(parcel.message);
    else this.ended();
  }

  private send(parcel: Parcel): void {
    this.way.postMessage(parcel);
  }

  private ended(): void {
    if (!this.isOpen) return;
    this.end();
    this.onClose();
  }

  private end(): void {
    this.isOpen = false;
    closeBox(this.name);
    this.forget();
    this.way.close();
  }
}
