/** The watching thread of `hang-watch.ts`. */
import { type Debugger, type InspectorNotification, type Runtime, Session } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';
import { CULPRIT_SYMBOL, type WatchedLoop } from './hang-watch.ts';
import { Culprit, writeLastWords } from './last-words.ts';

const { beats, file, looks, lookMs } = workerData as WatchedLoop;
const counter = new Int32Array(beats);

let [seen, unchanged, asking] = [-1, 0, false];
setInterval(() => {
  const beat = Atomics.load(counter, 0);
  unchanged = beat === seen ? unchanged + 1 : 0;
  seen = beat;
  if (unchanged >= looks && !asking) ask();
}, lookMs);
parentPort?.postMessage('watching');

/** Stops the code that runs, asks who it is, and ends the process when it is a node; else lets it go on. */
function ask(): void {
  asking = true;
  const session = new Session();
  session.connectToMainThread();
  session.on('Debugger.paused', ({ params }: InspectorNotification<Debugger.PausedEventDataType>) => {
    const expression = `globalThis[Symbol.for('${CULPRIT_SYMBOL}')]()`;
    session.post(
      'Debugger.evaluateOnCallFrame',
      { callFrameId: params.callFrames[0]?.callFrameId ?? '', expression, returnByValue: true },
      (_error, answer?: { readonly result: Runtime.RemoteObject }) => {
        const culprit = culpritOf(answer?.result.value);
        if (culprit) die(culprit);
        session.post('Debugger.resume');
        session.disconnect();
        [unchanged, asking] = [0, false];
      },
    );
  });
  session.post('Debugger.enable', () => session.post('Debugger.pause'));
}

function culpritOf(answer: unknown): Culprit | null {
  const culprit = Culprit.safeParse(JSON.parse(typeof answer === 'string' ? answer : 'null'));
  return culprit.success ? culprit.data : null;
}

function die(culprit: Culprit): void {
  const seconds = ((looks * lookMs) / 1_000).toFixed(1);
  try {
    writeLastWords(file, { how: 'hang', reason: `It did nothing else for ${seconds} s.`, culprit });
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}
