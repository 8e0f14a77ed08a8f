/** Every file that git tracks or would track, with its text where it is text. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

export function trackedFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return listed.split('\n').filter((file) => file !== '');
}

export function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Files of ours with code. */
export function codeFiles(): string[] {
  return trackedFiles().filter((file) => /\.(ts|tsx|js)$/.test(file) && !file.endsWith('.d.ts'));
}
