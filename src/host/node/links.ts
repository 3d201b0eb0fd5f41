/**
 * Links on Node: message ports of node:worker_threads. A port closes when the thread that holds its
 * other end ends in any way, also one that spins, blocks or never looks at its messages.
 */
import { MessageChannel, MessagePort } from 'node:worker_threads';
import type { Message } from '../../supervisor/instance.js';
import type { Link, Port } from '../../supervisor/link.js';

/** Two ends of a link, whoever will hold them. */
export function makePorts(_near: number, _far: number): [Port, Port] {
  const { port1, port2 } = new MessageChannel();
  return [port1, port2];
}

/** The ports that have to be handed over with a message. */
export function portsIn(message: object): MessagePort[] {
  return Object.values(message).filter((value) => value instanceof MessagePort);
}

/** Takes a port into use. It does not keep the thread from ending. */
export function openLink(port: Port): Link {
  if (!(port instanceof MessagePort)) throw new TypeError('A link on Node needs a MessagePort');
  let onMessage = (_message: Message): void => undefined;
  let onClose = (): void => undefined;
  port.on('message', (message: Message) => onMessage(message));
  port.on('close', () => onClose());
  port.unref();
  return {
    post: (message) => port.postMessage(message, portsIn(message)),
    listen(heard, closed) {
      onMessage = heard;
      onClose = closed;
    },
    close() {
      onMessage = () => undefined;
      onClose = () => undefined;
      port.close();
    },
  };
}
