/** The shapes of what the API says of conflicts and of the policies about them; part of views.ts. */

export type ConflictStateView =
  | 'open'
  | 'cancelling'
  | 'shipped'
  | 'backordered'
  | 'filled'
  | 'ignored'
  | 'cancelled'
  | 'withdrawn'
  | 'first';

/** Something that a person can choose, with what it will do. */
export interface ConflictChoiceView {
  /** Unique in its row: `ship:berlin`. */
  readonly id: string;
  /** To be sent as it is, with a key: `POST /api/v1/conflicts/:id/decisions` {key, …send}. */
  readonly send: Readonly<Record<string, string>>;
  /** "Ship from berlin" */
  readonly title: string;
  /** What happens then, in a sentence. */
  readonly effect: string;
  /** It can't be taken back: money moves, or a customer is told. */
  readonly final: boolean;
}

/**
 * `GET /api/v1/conflicts?cursor&limit&state=open|all` newest first; open: those that wait for a person, and those whose
 * channel was asked to cancel. `POST /api/v1/conflicts/:id/decisions` answers with the row; 409 when it is settled.
 */
export interface ConflictRow {
  readonly id: string;
  readonly sku: string;
  readonly title: string;
  readonly at: string;
  /** Units that this order wanted, and how many were there when it was decided. */
  readonly quantity: number;
  readonly availableThen: number;
  /** Units that are short now. */
  readonly units: number;
  readonly order: {
    readonly id: string;
    readonly number: string;
    readonly connectionName: string;
    readonly channel: string;
    readonly placedAt: string;
  };
  /** The order that got the last units, when one is known. */
  readonly winner: {
    readonly id: string;
    readonly number: string;
    readonly connectionName: string;
    readonly channel: string;
    readonly at: string;
  } | null;
  /** The units were this order's until the winner turned out to be the earlier sale. */
  readonly handedOver: boolean;
  readonly state: ConflictStateView;
  /** "Order 1004 (Shopify) was booked 0.8 s earlier and took the last unit. …" */
  readonly sentence: string;
  /** How it stands now: what it waits for, or how it was settled. */
  readonly outcome: string;
  readonly decision: { readonly by: string; readonly at: string } | null;
  readonly choices: readonly ConflictChoiceView[];
}

export type PolicyView = 'hold' | 'cancel';
export type LocationChoiceView = 'primary' | 'first-that-has-it' | 'most-available';

/** `GET /api/v1/policy`, `PUT /api/v1/policy` {policy, locationChoice, locationOrder} */
export interface ClientPolicyView {
  readonly policy: PolicyView;
  readonly locationChoice: LocationChoiceView;
  /** The dearest first. */
  readonly locationOrder: readonly string[];
  /** Every location that the client's stock knows. */
  readonly locations: readonly string[];
  /** Channels that can cancel orders and refund single lines by SyncFlow's asking. */
  readonly channels: readonly {
    readonly name: string;
    readonly cancelsOrders: boolean;
    readonly refundsLines: boolean;
  }[];
}

/** `GET /api/v1/policy/skus?cursor&limit`, `PUT /api/v1/policy/skus` {sku, policy}, `DELETE /api/v1/policy/skus?sku=` */
export interface SkuPolicyRow {
  readonly sku: string;
  readonly title: string;
  readonly policy: PolicyView;
  readonly changedAt: string;
  readonly changedBy: string;
}
