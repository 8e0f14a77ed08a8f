/** For tests of the API in which no flow is tried. */
import { TrialDesk } from '#server/trials/trial-desk.ts';

const run = async (): Promise<never> => {
  throw new Error('no flow is tried in this test');
};

export const NO_TRIALS = { run, desk: new TrialDesk({ run }, () => {}) };
