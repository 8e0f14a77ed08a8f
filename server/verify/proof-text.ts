/** A proof in words, for the terminal. */
import { isClean, type Proof } from '#runtime/verify/proof-document.ts';

const number = (value: number) => value.toLocaleString('en-GB');

/** @param client its name and id, as people know it. */
export function proofText(client: string, proof: Proof): string {
  const { skus, movements, orders, lines } = proof.checked;
  const rest = proof.deviationsFound - proof.deviations.length;
  return [
    `${client}: ${isClean(proof) ? 'everything agrees' : `${number(proof.deviationsFound)} DEVIATIONS`}`,
    `  ${number(skus)} SKUs: what is on hand, promised, owed, and in each channel's part is the sum of ${number(movements)} movements;`,
    '  the parts of the channels fit into what is available, and nothing is below zero.',
    `  ${number(orders)} orders: each unit of ${number(lines)} lines is accounted for, each booked entry has its movement,`,
    '  and each order movement its line.',
    ...(proof.waiting > 0 ? [`  ${number(proof.waiting)} lines are on their way and were left out.`] : []),
    ...proof.deviations.map(({ subject, text }) => `  - ${subject} ${text}`),
    ...(rest > 0 ? [`  - and ${number(rest)} more`] : []),
    ...proof.unsettled.map((subject) => `  ? ${subject} changed too fast to be judged; run it again`),
    `  (${(proof.ms / 1_000).toFixed(1)} s)`,
    '',
  ].join('\n');
}
