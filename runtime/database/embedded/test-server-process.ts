/**
 * For tests, run as a process of its own: holds a server on a folder until it is killed. Prints one line of JSON,
 * `{ uri, startMs }`, when it listens; `startMs` is how long the opening of the folder took.
 */
import { startEmbedded } from './index.ts';

const [dir = ''] = process.argv.slice(2);
const start = performance.now();
const { uri } = await startEmbedded({
  dir,
  log: ({ level, message, error }) => {
    // A client that does not speak the protocol is expected here; a fault is not.
    if (level === 'error') process.stderr.write(`${message} ${error ?? ''}\n`);
  },
});
process.stdout.write(`${JSON.stringify({ uri, startMs: Math.round(performance.now() - start) })}\n`);
