/** What the commands on a database have in common: arguments, a bar that shows how far they are, errors in a sentence. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import progress from 'cli-progress';
import type { ArchiveProgress } from './export-database.ts';

export const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Runs a command; what goes wrong is told in one sentence and by the exit code. */
export async function runCommand(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    print(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

/** The one file and the options; prints the usage and exits with 2 when they are not right. */
export function argumentsOf<Options extends ParseArgsOptionsConfig>(options: Options, usage: string) {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options });
    const [file] = positionals;
    if (file !== undefined && positionals.length === 1) return { file, values };
    print(usage);
  } catch (error) {
    print(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
  return process.exit(2);
}

/** Shows how far it is while `work` goes on. */
export async function withProgress<Result>(
  work: (tell: (progress: ArchiveProgress) => void) => Promise<Result>,
): Promise<Result> {
  const bar = new progress.SingleBar({
    format: '{bar} {value} of {total} documents · {collection} · {eta_formatted} left',
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  });
  let isShown = false;
  try {
    return await work(({ collection, documents, of }) => {
      if (!isShown) bar.start(of, 0, { collection });
      isShown = true;
      bar.update(documents, { collection });
    });
  } finally {
    bar.stop();
  }
}
