/**
 * A link between two threads whose end is the proof of death: it closes when one side closes it or
 * when the thread that holds one side is gone. Hosts make links out of their message ports.
 */
import type { Message } from './instance.js';

/** One end of a link that can be sent to another thread; hosts know what it really is. */
export type Port = object;

/** One end of a link in use. It does not keep its thread from ending. */
export interface Link {
  /**
   * Sends without waiting; nothing happens when the link is closed.
   *
   * @param message may carry a port, which then belongs to the receiver
   */
  post(message: Message): void;
  /** Sets who is told: of messages in their order, and after the last one, once, of the end. */
  listen(onMessage: (message: Message) => void, onClose: () => void): void;
  /** Ends the link; this side's onClose is not called. */
  close(): void;
}
