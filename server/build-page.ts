/** Makes sure that the page is built from the sources as they are now. `npm install` builds it; this catches the rest. */
import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
/** The rules of flows run in the page too. */
const SOURCES = ['editor', 'runtime/flow', 'vite.config.ts'];

/** Builds the page when it is missing or older than its sources. @throws {Error} when the build fails. */
export async function ensurePage(print: (text: string) => void): Promise<void> {
  const builtAt = await changedAt(join(ROOT, 'dist', 'index.html'));
  const newest = Math.max(...(await Promise.all(SOURCES.map((source) => newestIn(join(ROOT, source))))));
  if (builtAt >= newest) return;
  print('  Building the page …');
  await new Promise<void>((resolve, reject) => {
    const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
    const build = spawn(process.execPath, [vite, 'build', '--logLevel', 'error'], {
      cwd: ROOT,
      stdio: 'inherit',
    });
    build.once('error', reject);
    build.once('exit', (code) => (code === 0 ? resolve() : reject(new Error('the page could not be built'))));
  });
}

async function changedAt(file: string): Promise<number> {
  return await stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

async function newestIn(path: string): Promise<number> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const times = await Promise.all([...files, path].map(changedAt));
  return Math.max(...times);
}
