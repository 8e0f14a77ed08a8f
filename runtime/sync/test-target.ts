/** For the tests of pushes and checks: a scripted shop as the pusher sees it. */
import type { PushTarget } from './push-batch.ts';

type Place = Pick<PushTarget, 'db' | 'clientId' | 'connectionId' | 'channel' | 'client' | 'settleMs'>;

/** A shop whose staff do not count, and of which nobody needs to hear; unless said otherwise. */
export function targetAt(place: Place, more: Partial<PushTarget> = {}): PushTarget {
  return {
    ...place,
    countingAuthority: false,
    askPoll: () => {},
    adopted: () => {},
    confirmed: () => {},
    ...more,
  };
}
