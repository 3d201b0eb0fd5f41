/**
 * Stops a worker of this process as a debugger does, through the inspector of Node.
 */
import { Session } from 'node:inspector/promises';

/** What the inspector says of the worker. */
interface Said {
  readonly method?: string;
}

/**
 * Stops the worker that runs this file; resolves when it stands.
 *
 * @returns what lets it go on
 */
export async function stopped(path: string): Promise<{ resume(): void }> {
  const session = new Session();
  session.connect();
  let ask = (_method: string): void => undefined;
  const stands = new Promise<void>((resolve) => {
    session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
      if (!workerInfo.url.endsWith(path)) return;
      let id = 0;
      ask = (method) => {
        id++;
        const message = JSON.stringify({ id, method });
        void session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
      };
      ask('Debugger.enable');
      ask('Debugger.pause');
    });
    session.on('NodeWorker.receivedMessageFromWorker', ({ params: { message } }) => {
      const { method }: Said = JSON.parse(message);
      if (method === 'Debugger.paused') resolve();
    });
  });
  await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  await stands;
  return {
    resume() {
      ask('Debugger.resume');
      void session.post('NodeWorker.disable').finally(() => session.disconnect());
    },
  };
}
