import { fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from '@jest/globals';

test('a runner whose supervisor is gone ends at once, though nobody reads its log any more', async () => {
  const runner = fork(join(import.meta.dirname, 'runner.ts'), {
    // Pipes that nobody reads: an ordinary exit waited for the log to be taken, for ever (an orphan lived for half an hour).
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env.PATH,
      RUNNER_ID: 'orphan',
      RUNNER_CLIENTS: '',
      DEAD_RUNNERS: '[]',
      LAST_WORDS: join(tmpdir(), `orphan-${process.pid}`),
      RUNNER_MONGODB_URI: 'mongodb://127.0.0.1:9/none',
      RUNNER_OUTGOING_ALLOW: '',
      RUNNER_MASTER_KEYS: Buffer.alloc(32).toString('base64'),
      RUNNER_TRACE_MEGABYTES: '1',
      RUNNER_SETTLE_MS: '1000',
      RUNNER_POLL_MS: '1000',
      RUNNER_LOG_LEVEL: 'trace',
    },
  });
  const ended = once(runner, 'exit');
  await wait(3_000);
  expect(runner.exitCode).toBeNull();
  runner.disconnect();
  expect(await ended).toEqual([null, 'SIGKILL']);
});
