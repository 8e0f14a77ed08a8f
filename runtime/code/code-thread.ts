/** The thread in which code of flows runs: one piece at a time, each in a context of its own. */
import { createContext, Script } from 'node:vm';
import { parentPort } from 'node:worker_threads';

export interface CodeRequest {
  readonly code: string;
  /** The message as JSON text. */
  readonly item: string;
  readonly timeoutMs: number;
}

export type CodeAnswer =
  /** JSON text; undefined: it gave nothing back. */
  | { readonly ok: true; readonly result: string | undefined }
  | { readonly ok: false; readonly reason: string };

const REASON_CHARACTERS_MAX = 300;
const port = parentPort;

// Should code ever get out of its context, it finds little here.
for (const name of ['process', 'fetch', 'WebSocket', 'EventSource', 'Buffer', 'navigator', 'XMLHttpRequest'])
  Reflect.deleteProperty(globalThis, name);

port?.on('message', (request: CodeRequest) => port.postMessage(answerTo(request)));
port?.postMessage('ready');

function answerTo({ code, item, timeoutMs }: CodeRequest): CodeAnswer {
  try {
    const context = createContext(Object.create(null), {
      codeGeneration: { strings: false, wasm: false },
      microtaskMode: 'afterEvaluate',
    });
    // Texts go in and come out, no objects: none of ours is within its reach.
    const text = `"use strict"; JSON.stringify((function (item) {${code}\n})(JSON.parse(${JSON.stringify(item)})))`;
    const result: unknown = new Script(text, { filename: 'code' }).runInContext(context, {
      timeout: timeoutMs,
    });
    return { ok: true, result: typeof result === 'string' ? result : undefined };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

/** What was thrown may be anything, with getters that throw too. */
function reasonOf(error: unknown): string {
  try {
    const { name, message } = Object(error) as { name?: unknown; message?: unknown };
    const text = typeof message === 'string' ? `${String(name)}: ${message}` : String(error);
    return text.slice(0, REASON_CHARACTERS_MAX);
  } catch {
    return 'it threw something that can not be read';
  }
}
