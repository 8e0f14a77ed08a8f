/** The shapes of what the API says of proofs; part of views.ts. */
import { z } from 'zod';
import { list, moment, part, view } from '../view.ts';

export const ProofView = view('Proof', {
  id: z.string(),
  at: moment,
  ms: z.int(),
  clean: z.boolean(),
  sentence: z.string().describe('"Everything agrees: 4,120 SKUs with 90,311 movements, 12,000 orders …"'),
  waiting: z.int().describe('Order lines that were on their way'),
  deviationsFound: z.int(),
  deviations: list(part({ subject: z.string(), text: z.string() })).describe('The first of them'),
  unsettled: list(z.string()).describe('What changed too fast to be judged'),
});
export type ProofView = z.infer<typeof ProofView>;

export const LatestProofView = view('LatestProof', {
  proof: ProofView.nullable().describe('null before the first one'),
});
export type LatestProofView = z.infer<typeof LatestProofView>;
