/** Shuts every way out of this process: for trials, whatever a node tries. */
import { Agent, setGlobalDispatcher } from 'undici';
import { Rejected } from '../errors.ts';

/** Every `fetch` of this process fails from now on, before anything is looked up or connected to. */
export function refuseOutgoing(): void {
  setGlobalDispatcher(
    new Agent({
      connect: ({ hostname }, callback) =>
        callback(
          new Rejected(`A trial does not reach ${hostname}: nothing goes out.`, {
            fix: 'Nothing is to be done: when the flow runs for real, it does.',
          }),
          null,
        ),
    }),
  );
}
