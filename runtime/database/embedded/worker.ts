/** The thread that the server runs in. It talks to `index.ts` by the messages of `thread-messages.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { Server } from './server/server.ts';
import type { FromThread, ThreadOptions } from './thread-messages.ts';

const { dir } = workerData as ThreadOptions;
const port = parentPort;
if (!port) throw new Error('worker.ts has to be started as a worker thread, by startEmbedded()');
const tell = (message: FromThread): void => port.postMessage(message);

try {
  const server = new Server(dir, (entry) => tell({ type: 'log', entry }));
  tell({ type: 'listening', uri: await server.listen(dir) });
  port.once('message', () => {
    void server.close().then(() => {
      tell({ type: 'closed' });
      process.exit();
    });
  });
} catch (error) {
  tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  process.exit();
}
