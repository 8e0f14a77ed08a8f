/** What a client wants of the way its stock is shared over channels: one rule for all products, and exceptions for some. */
import { z } from 'zod';
import { ConnectionId, Sku } from '../ids.ts';
import { Kits } from '../kits/kit.ts';

const UNITS_MAX = 1_000_000;
const units = z.int().min(0, 'not below zero').max(UNITS_MAX, 'at most a million units');

/** How many units no channel may sell. */
export const SafetyBuffer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('units'), units }),
  /** Of what is available, rounded up. */
  z.strictObject({ kind: z.literal('percent'), percent: z.number().min(0).max(100) }),
  /**
   * As many as the other channels sell, with this certainty, before this channel has heard of it: from the measured
   * lag and the measured sales. `unitsMax` bounds it.
   */
  z.strictObject({
    kind: z.literal('computed'),
    certainty: z.number().min(0.5).max(0.9999).default(0.99),
    unitsMax: units.default(UNITS_MAX),
  }),
]);
export type SafetyBuffer = z.infer<typeof SafetyBuffer>;

export const SharingRule = z.strictObject({
  /** `shared`: every channel shows what is available. `quota`: each channel gets a part of its own. */
  mode: z.enum(['shared', 'quota']),
  buffer: SafetyBuffer,
  /** The most that a channel may show, by connection. */
  caps: z.record(ConnectionId, units),
  /** Fewer than this are shown as 0. In quota mode it is compared with what is left for all channels together. */
  hideBelow: units,
});
export type SharingRule = z.infer<typeof SharingRule>;

/** What a client has that never chose anything. */
export const PLAIN_RULE: SharingRule = {
  mode: 'shared',
  buffer: { kind: 'units', units: 0 },
  caps: {},
  hideBelow: 0,
};

/** An exception names only what differs for its product. */
const PartialRule = SharingRule.partial();
export const SharingException = z.strictObject({ sku: Sku, rule: PartialRule });
export type SharingException = z.infer<typeof SharingException>;

/** More exceptions than this are rather a rule of their own; all of a client's rules lie in one document. */
export const EXCEPTIONS_MAX = 1_000;

export const SharingRules = z.strictObject({
  usual: SharingRule,
  exceptions: z
    .array(SharingException)
    .max(EXCEPTIONS_MAX, `at most ${EXCEPTIONS_MAX} exceptions`)
    .refine((all) => new Set(all.map(({ sku }) => sku)).size === all.length, 'one exception for a SKU'),
  kits: Kits.default([]),
});
export type SharingRules = z.infer<typeof SharingRules>;

/** The rule for one product: the exception's fields, and the usual ones for what it does not name. */
export function ruleFor(
  { usual }: Pick<SharingRules, 'usual'>,
  exception: SharingException['rule'] | undefined,
): SharingRule {
  if (!exception) return usual;
  const { mode, buffer, caps, hideBelow } = exception;
  return {
    mode: mode ?? usual.mode,
    buffer: buffer ?? usual.buffer,
    caps: caps ?? usual.caps,
    hideBelow: hideBelow ?? usual.hideBelow,
  };
}
