/** Jest's global set-up: one embedded database for all suites, unless TEST_MONGODB_URI names a server. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '#runtime/database/embedded/index.ts';
import { running } from './running.ts';

export default async function setUp(): Promise<void> {
  // Hundreds of processes are started by the suites: what they load is compiled once for all of them.
  process.env.NODE_COMPILE_CACHE ??= join(
    import.meta.dirname,
    '..',
    '..',
    'node_modules',
    '.cache',
    'compiled',
  );
  if (process.env.TEST_MONGODB_URI) {
    process.env.SYNCFLOW_TEST_URI = process.env.TEST_MONGODB_URI;
    return;
  }
  const dir = await mkdtemp(join(tmpdir(), 'syncflow-test-'));
  const server = await startEmbedded({ dir });
  process.env.SYNCFLOW_TEST_URI = server.uri;
  running.set({ dir, close: () => server.close() });
}
