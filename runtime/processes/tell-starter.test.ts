import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from '@jest/globals';

/** Starts the one that tells, and says when that has begun. */
const STARTER = `
  import { fork } from 'node:child_process';
  fork(process.argv[2], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }).once('message', () => process.send('begun'));
`;
/** Is busy until its starter is dead, tells it more before it can have heard of that, and writes down how that ended. */
const teller = (end: string) => `
  import { writeFileSync } from 'node:fs';
  import { tellStarter } from ${JSON.stringify(join(import.meta.dirname, 'tell-starter.ts'))};
  const ended = (how) => { writeFileSync(${JSON.stringify(end)}, how); process.exit(0); };
  process.on('uncaughtException', (error) => ended(String(error)));
  process.on('disconnect', () => ended('disconnect'));
  const starter = process.ppid;
  tellStarter({ begun: true });
  while (process.ppid === starter) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  for (let n = 0; n < 5; n += 1) tellStarter({ n });
`;

test('whoever tells a starter that was killed hears that it is gone, and of no error', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'syncflow-teller-'));
  const [end, starter, child] = ['end', 'starter.mjs', 'teller.mjs'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(starter, STARTER);
  await writeFile(child, teller(end));
  const started = fork(starter, [child], { execArgv: [] });
  await once(started, 'message');
  started.kill('SIGKILL');
  let how = '';
  for (let turn = 0; turn < 500 && how === ''; turn += 1) {
    await wait(20);
    how = await readFile(end, 'utf8').catch(() => '');
  }
  expect(how).toBe('disconnect');
  await rm(dir, { recursive: true });
});
