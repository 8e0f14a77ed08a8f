/**
 * The order of the test suites: those that take long begin first, so that none of them runs alone at the end while the
 * other worker has nothing to do. Jest knows by itself only what ran on this machine before: a clean checkout does not.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import TestSequencer from '@jest/test-sequencer';

const Sequencer = TestSequencer.default ?? TestSequencer;

/** The longest first; all others follow in Jest's own order. */
const SLOW = [
  'test/end-to-end/replay.test.ts',
  'test/stock/stock-model.test.ts',
  'test/end-to-end/flow-editor.test.ts',
  'test/end-to-end/merchant.test.ts',
  'test/faults/faults.test.ts',
  'runtime/database/embedded/spec/specification.test.ts',
  'test/faults/supervision.test.ts',
  'test/faults/kill-points.test.ts',
  'test/end-to-end/connections.test.ts',
  'test/end-to-end/no-secrets.test.ts',
  'runtime/database/embedded/kill.test.ts',
  'test/end-to-end/first-start.test.ts',
  'server/ingress/back-pressure.test.ts',
  'test/end-to-end/flash-sale.test.ts',
  'server/backup/backup.test.ts',
  'test/end-to-end/outbox.test.ts',
];

const gone = SLOW.filter((name) => !existsSync(join(import.meta.dirname, '..', name)));
if (gone.length > 0)
  throw new Error(`test/slow-first.js names suites that are not there: ${gone.join(', ')}`);

export default class SlowFirst extends Sequencer {
  sort(tests) {
    const place = ({ path }) => {
      const index = SLOW.findIndex((name) => path.endsWith(`/${name}`));
      return index === -1 ? SLOW.length : index;
    };
    return super.sort(tests).toSorted((a, b) => place(a) - place(b));
  }
}
