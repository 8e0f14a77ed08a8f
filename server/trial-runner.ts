/** Entry of a trial's process: gets one request, answers it, and ends. It has no key to any secret. Started by `Trials`. */

import { MongoClient } from 'mongodb';
import { ALL_CHANNELS } from '#nodes/all-channels.ts';
import { ALL_NODE_TYPES } from '#nodes/all-node-types.ts';
import { databaseNameOf } from '#runtime/database/open-database.ts';
import { Host } from '#runtime/host/host.ts';
import { tellStarter } from '#runtime/processes/tell-starter.ts';
import { answerTrial, TrialRefused } from '#runtime/trial/answer-trial.ts';
import { refuseOutgoing } from '#runtime/trial/refuse-outgoing.ts';
import type { FromTrial, TrialRequest } from '#runtime/trial/trial.ts';

const uri = process.env.TRIAL_MONGODB_URI ?? '';
const tell = (message: FromTrial): void => tellStarter(message);

// Whatever a node tries: from here nothing goes out.
refuseOutgoing();
process.once('disconnect', () => process.exit(1));
process.once('message', (request: TrialRequest) => {
  answer(request).then(
    () => process.disconnect(),
    (error: unknown) => {
      const known =
        error instanceof TrialRefused || (error instanceof Error && error.message.includes("can't run"));
      tell({ kind: 'refused', reason: known ? error.message : `The trial failed: ${String(error)}` });
    },
  );
});

async function answer(request: TrialRequest): Promise<void> {
  const silent = { onWire: () => {}, onNode: () => {}, onLost: () => {}, onLog: () => {} };
  const host = await Host.start({ types: ALL_NODE_TYPES, ...silent });
  const client = new MongoClient(uri);
  const report = await answerTrial(request, {
    host,
    db: client.db(databaseNameOf(uri)),
    types: ALL_NODE_TYPES,
    channels: ALL_CHANNELS,
    progress: (done, total) => tell({ kind: 'progress', done, total }),
  });
  tell({ kind: 'report', report });
}
