/** Runs code of a flow on a message, within bounds of time and memory: see the README for what keeps it in. */
import { once } from 'node:events';
import { Script } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { batchCalls } from '../batch-calls.ts';
import { Rejected } from '../errors.ts';
import type { CodeAnswer, CodeRequest } from './code-thread.ts';

export const CODE_CHARACTERS_MAX = 20_000;
const TIMEOUT_MS = 1_000;
/** The thread keeps the limit itself; one that does not answer, on however busy a machine, is ended after this. */
const DEAF_MS = TIMEOUT_MS + 2_000;
const LIMITS = {
  maxOldGenerationSizeMb: 64,
  maxYoungGenerationSizeMb: 16,
  codeRangeSizeMb: 16,
  stackSizeMb: 2,
};
/** `import(…)` is the one word that leads out of a context; it can't be written in any other way. */
const IMPORT = /\bimport\b/;

/** Why a text is no code that may run here; null when it is. */
export function codeProblem(code: string): string | null {
  if (IMPORT.test(code)) return 'the word "import" can\'t be used here, not even in a text or a comment';
  try {
    new Script(`(function (item) {${code}\n})`, { filename: 'code' });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

let thread: Promise<Worker> | undefined;

/** One after another: the thread is one. */
const queued = batchCalls<CodeRequest, CodeAnswer>(
  async (requests) => {
    const answers: CodeAnswer[] = [];
    for (const request of requests) answers.push(await ask(request));
    return answers;
  },
  100,
  1,
);

/**
 * What the code gives back for an item: anything that is JSON, or undefined.
 * @throws {Rejected} when it throws, or takes too much time or memory.
 */
export async function runCode(code: string, item: unknown): Promise<unknown> {
  const problem = codeProblem(code);
  if (problem) throw failed(`is none that may run: ${problem}`);
  const answer = await queued({ code, item: JSON.stringify(item), timeoutMs: TIMEOUT_MS });
  if (!answer.ok) throw failed(`ended with ${answer.reason}`);
  return answer.result === undefined ? undefined : JSON.parse(answer.result);
}

async function ask(request: CodeRequest): Promise<CodeAnswer> {
  thread ??= begin();
  const worker = await thread;
  return await new Promise<CodeAnswer>((resolve) => {
    const answered = (answer: CodeAnswer) => end(answer, false);
    const broke = (error: unknown) => end({ ok: false, reason: reasonOf(error) }, true);
    const exited = () => end({ ok: false, reason: 'its thread ended' }, true);
    const deaf = setTimeout(() => end({ ok: false, reason: 'no answer in time' }, true), DEAF_MS);
    const end = (answer: CodeAnswer, isOver: boolean) => {
      clearTimeout(deaf);
      worker.off('message', answered).off('error', broke).off('exit', exited);
      if (isOver) {
        thread = undefined;
        // What a dying thread says later is of no use, and must not end the process.
        worker.on('error', () => {});
        void worker.terminate();
      }
      worker.unref();
      resolve(answer);
    };
    worker.on('message', answered).on('error', broke).on('exit', exited);
    worker.ref();
    worker.postMessage(request);
  });
}

/** @throws {Error} when no thread could be started; the next call tries it again. */
async function begin(): Promise<Worker> {
  const worker = new Worker(new URL('./code-thread.ts', import.meta.url), {
    execArgv: [],
    env: {},
    resourceLimits: LIMITS,
    stdout: true,
    stderr: true,
  });
  try {
    await once(worker, 'message');
    return worker;
  } catch (error) {
    thread = undefined;
    throw error;
  }
}

function reasonOf(error: unknown): string {
  const { code, message }: { code?: unknown; message?: unknown } = Object(error);
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return `more than ${LIMITS.maxOldGenerationSizeMb} MB of memory`;
  return String(message ?? error);
}

function failed(how: string): Rejected {
  return new Rejected(`The code of this node ${how}`, {
    code: 'code.failed',
    fix: 'Look at the message, mend the code, deploy, then retry.',
  });
}
