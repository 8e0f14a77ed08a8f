/** The shapes of what the API says of shared stock and of why a listing shows its number; part of views.ts. */
import type { Tone } from './views.ts';

export interface SharingRuleView {
  readonly mode: 'shared' | 'quota';
  readonly buffer:
    | { readonly kind: 'units'; readonly units: number }
    | { readonly kind: 'percent'; readonly percent: number }
    | { readonly kind: 'computed'; readonly certainty: number; readonly unitsMax: number };
  /** By connection: the most that it may show. */
  readonly caps: Readonly<Record<string, number>>;
  readonly hideBelow: number;
}

/** `GET /api/v1/sharing`; `POST /api/v1/sharing` {seenRevision, usual, exceptions, kits?} answers with it, or with 409. */
export interface SharingView {
  /** Send it back with a change: rules that somebody else has changed meanwhile are not overwritten. */
  readonly revision: number;
  readonly since: string;
  readonly usual: SharingRuleView;
  readonly exceptions: readonly { readonly sku: string; readonly rule: Partial<SharingRuleView> }[];
  /** Products that are made of others. A change that leaves them out leaves them as they are. */
  readonly kits: readonly {
    readonly sku: string;
    readonly components: readonly { readonly sku: string; readonly units: number }[];
  }[];
}

/** `GET /api/v1/stock/why?listing=<id>&at=<ISO 8601>`: why a listing shows what it shows, now or then. */
export interface WhyView {
  readonly listing: {
    readonly id: string;
    readonly sku: string;
    readonly title: string;
    readonly connection: { readonly id: string; readonly name: string; readonly channel: string };
  };
  readonly at: string;
  readonly past: boolean;
  /** null: nothing is known of that time. */
  readonly shows: number | null;
  readonly desired: number;
  /** "Shopify shows 7: 10 available, 3 kept back." */
  readonly sentence: string;
  /** From the shelf to the channel: each step with what it leaves. */
  readonly steps: readonly { readonly text: string; readonly units: number }[];
  /** What is on its way or waits, in words. */
  readonly notes: readonly { readonly tone: Tone; readonly text: string }[];
  readonly movements: readonly {
    readonly at: string;
    readonly text: string;
    readonly change: number;
    readonly availableAfter: number;
    readonly order: { readonly id: string; readonly number: string } | null;
    readonly runs: readonly {
      readonly id: string;
      readonly pipelineId: string;
      readonly pipeline: string;
      readonly ms: number;
      readonly failed: boolean;
    }[];
  }[];
}
