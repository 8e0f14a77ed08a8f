/** What one listing shall show, and why: pure, so that the flow that publishes and the page that explains say the same. */
import type { ConnectionId, LocationId } from '../ids.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import type { ComputedBuffer } from './computed-buffer.ts';
import type { SharingRule } from './sharing-rule.ts';

export interface DecisionFacts {
  readonly rule: SharingRule;
  readonly connectionId: ConnectionId;
  /** Units that may be sold now, by the ledger. Below zero where more was promised than there is. */
  readonly available: number;
  /** Units that the flow itself keeps back (the setting of "Publish stock"). */
  readonly flowBuffer: number;
  /** Needed where the rule's buffer is a computed one. */
  readonly computed: ComputedBuffer | null;
  /** The channel's own part of the stock; null: no parts have been made. */
  readonly quota: number | null;
  /** The part is being taken back down to this number; null: it is not. */
  readonly takingBack: number | null;
  /** The product has another listing on the same channel, which shows the channel's part. */
  readonly shownByAnother: boolean;
}

/** One step from what is available to what is shown: what it took away, or to what it bounded the rest. */
export type DecisionReason =
  | { readonly kind: 'available'; readonly units: number }
  | { readonly kind: 'quota'; readonly units: number }
  /** Units beyond this go to channels that have run out, as soon as this channel surely shows no more. */
  | { readonly kind: 'taking-back'; readonly units: number }
  /** Quota mode, but the parts have not been made yet: shared until then. */
  | { readonly kind: 'no-quota-yet' }
  | { readonly kind: 'shown-by-another' }
  | { readonly kind: 'flow-buffer'; readonly units: number }
  | { readonly kind: 'units-buffer'; readonly units: number }
  | { readonly kind: 'percent-buffer'; readonly units: number; readonly percent: number }
  | ({ readonly kind: 'computed-buffer' } & ComputedBuffer)
  | { readonly kind: 'cap'; readonly units: number }
  | { readonly kind: 'hidden'; readonly below: number; readonly left: number }
  /** Of what the channel shows as a whole, the part of one of its locations: always the last reason. */
  | { readonly kind: 'at-location'; readonly location: LocationId; readonly units: number };

export interface Decision {
  /** Never below zero. */
  readonly shows: number;
  /** In the order in which they were applied; the first one is what is available. */
  readonly reasons: readonly DecisionReason[];
}

/** Decides. The larger of the two buffers holds: a flow and a rule that both keep units back mean the same danger. */
export function decide(facts: DecisionFacts): Decision {
  const { rule, connectionId, available, quota } = facts;
  const reasons: DecisionReason[] = [{ kind: 'available', units: available }];
  const buffer = bufferOf(facts);
  const left = Math.max(0, available - (buffer?.units ?? 0));
  let shows = left;
  if (rule.mode === 'quota' && quota !== null) {
    // The parts were made from what the buffer left, so it is not kept back twice.
    reasons.push({ kind: 'quota', units: quota });
    shows = Math.min(quota, Math.max(0, available));
    if (facts.takingBack !== null && facts.takingBack < shows) {
      reasons.push({ kind: 'taking-back', units: facts.takingBack });
      shows = facts.takingBack;
    }
    if (facts.shownByAnother) {
      reasons.push({ kind: 'shown-by-another' });
      shows = 0;
    }
  } else {
    if (rule.mode === 'quota') reasons.push({ kind: 'no-quota-yet' });
    if (buffer && buffer.units > 0) reasons.push(buffer);
  }
  const cap = rule.caps[connectionId];
  if (cap !== undefined && shows > cap) {
    reasons.push({ kind: 'cap', units: cap });
    shows = cap;
  }
  const compared = rule.mode === 'quota' ? left : shows;
  if (compared < rule.hideBelow && shows > 0) {
    reasons.push({ kind: 'hidden', below: rule.hideBelow, left: compared });
    shows = 0;
  }
  return { shows, reasons };
}

/** The channel's own part; null where no parts have been made. A channel that was connected later has none yet. */
export function quotaOf({ quotas }: Pick<StockLevel, 'quotas'>, connectionId: ConnectionId): number | null {
  return quotas ? (quotas[connectionId] ?? 0) : null;
}

type BufferReason = Extract<DecisionReason, { readonly kind: `${string}-buffer` }>;

/** What is kept back and by whom; null where nothing is. */
export function bufferOf({
  rule: { buffer },
  available,
  flowBuffer,
  computed,
}: Pick<DecisionFacts, 'rule' | 'available' | 'flowBuffer' | 'computed'>): BufferReason | null {
  const ofRule = ruleBuffer(buffer, available, computed);
  if (flowBuffer > (ofRule?.units ?? 0)) return { kind: 'flow-buffer', units: flowBuffer };
  return ofRule;
}

function ruleBuffer(
  buffer: SharingRule['buffer'],
  available: number,
  computed: ComputedBuffer | null,
): BufferReason | null {
  switch (buffer.kind) {
    case 'units':
      return buffer.units > 0 ? { kind: 'units-buffer', units: buffer.units } : null;
    case 'percent':
      return {
        kind: 'percent-buffer',
        percent: buffer.percent,
        // 100 × 0.07 is 7.000000000000001 in floating point, which must not be rounded up to 8.
        units: Math.ceil(Number(((Math.max(0, available) * buffer.percent) / 100).toFixed(6))),
      };
    case 'computed':
      return computed && { kind: 'computed-buffer', ...computed };
  }
}
