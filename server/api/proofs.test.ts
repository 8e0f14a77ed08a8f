import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ObjectId } from 'mongodb';
import { type ProofDocument, proofsOf } from '#runtime/verify/proof-document.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import type { LatestProofView, OverviewView } from './views.ts';

let database: TestDatabase;
let bench: ApiBench;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  bench = await openApiBench(database);
});
afterEach(() => bench.close());

const latest = async (as = bench.ours) =>
  ((await bench.ask('/proofs/latest', undefined, as)).body as LatestProofView).proof;
const keep = (proof: Partial<ProofDocument>) =>
  proofsOf(database.db, bench.ours).insertIfAbsent({
    _id: new ObjectId(),
    clientId: bench.ours,
    startedAt: new Date(),
    ms: 1_200,
    checked: { skus: 4_120, movements: 90_311, orders: 12, lines: 31 },
    waiting: 0,
    deviationsFound: 0,
    deviations: [],
    unsettled: [],
    ...proof,
  });

test('the newest proof is shown to its own client, and what it found stands among what needs a person', async () => {
  expect(await latest()).toBeNull();
  await keep({ startedAt: new Date(1), deviationsFound: 1 });
  await keep({});
  expect(await latest()).toMatchObject({
    clean: true,
    sentence: 'Everything agrees: 4,120 SKUs with 90,311 movements, 12 orders with 31 lines.',
  });
  expect(await latest(bench.theirs)).toBeNull();
  const deviations = [{ subject: 'MUG', text: 'has 4 on hand, but its movements make 3' }];
  await keep({ deviationsFound: 1, deviations });
  expect(await latest()).toMatchObject({ clean: false, deviations });
  const { needs } = (await bench.ask('/overview')).body as OverviewView;
  expect(needs).toMatchObject([{ kind: 'proof', count: 1, text: 'The books differ in one thing' }]);
});

test('the button asks for a proof of its own client', async () => {
  expect((await bench.ask('/proofs', {})).status).toBe(202);
  expect((await bench.ask('/proofs', {}, bench.theirs)).status).toBe(202);
  expect(bench.proved).toEqual([bench.ours, bench.theirs]);
});
