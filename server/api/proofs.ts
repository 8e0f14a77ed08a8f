/** Whether the books agree, and the button that checks them. */
import { isClean, type ProofDocument, proofsOf } from '#runtime/verify/proof-document.ts';
import type { ApiOptions } from './client-context.ts';
import { clientRoute, type Route } from './route.ts';
import { LatestProofView, Nothing, type ProofView } from './views.ts';

export function proofRoutes({ database, prove }: ApiOptions): Route[] {
  const latest = clientRoute({
    method: 'get',
    path: '/proofs/latest',
    summary: 'What the newest check of ledger and orders found',
    may: 'see',
    answer: LatestProofView,
    run: async ({ clientId }) => {
      const [proof] = await proofsOf(database.db, clientId)
        .find({})
        .sort({ startedAt: -1 })
        .limit(1)
        .toArray();
      return { proof: proof ? viewOf(proof) : null };
    },
  });

  const start = clientRoute({
    method: 'post',
    path: '/proofs',
    summary: 'Starts a check of ledger and orders; it is told over the socket when it is done',
    may: 'decide',
    answer: Nothing,
    status: 202,
    run: async ({ clientId }) => {
      await prove(clientId);
      return {};
    },
  });

  return [latest, start];
}

function viewOf(proof: ProofDocument): ProofView {
  const { _id, startedAt, ms, checked, waiting, deviationsFound, deviations, unsettled } = proof;
  const { skus, movements, orders, lines } = checked;
  const number = (value: number) => value.toLocaleString('en-GB');
  return {
    id: _id.toHexString(),
    at: startedAt.toISOString(),
    ms,
    clean: isClean(proof),
    sentence: isClean(proof)
      ? `Everything agrees: ${number(skus)} SKUs with ${number(movements)} movements, ${number(orders)} orders with ${number(lines)} lines.`
      : `${number(deviationsFound)} ${deviationsFound === 1 ? 'thing does' : 'things do'} not agree. Nothing was changed.`,
    waiting,
    deviationsFound,
    deviations: deviations.map(({ subject, text }) => ({ subject, text })),
    unsettled,
  };
}
