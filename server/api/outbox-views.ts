/** The shapes of what the API says of the outbox; part of views.ts. */

/** `POST /api/v1/connections/webhooks` {name, url}: the secret is shown this once, for the receiver. */
export interface NewWebhookView {
  readonly id: string;
  readonly secret: string;
}

export type OutboxDecisionView = 'done' | 'again' | 'drop' | 'undo';

/**
 * `GET /api/v1/outbox?cursor&limit&state=needs-you|waiting|ended|all&connection=` newest first;
 * `POST /api/v1/outbox/:id/decision` {decision}.
 */
export interface OutboxRow {
  readonly id: string;
  readonly at: string;
  readonly subject: string;
  /** "Webhook", "Cancel an order". */
  readonly kind: string;
  readonly connection: { readonly id: string; readonly name: string; readonly channel: string };
  readonly state: 'queued' | 'sending' | 'in-doubt' | 'sent' | 'undone' | 'dead' | 'dropped';
  readonly tries: number;
  /** Calls that were made again although an earlier one may have arrived. */
  readonly repeats: number;
  readonly knownBy: 'answer' | 'look' | 'person' | null;
  readonly endedAt: string | null;
  readonly reason: string | null;
  readonly fix: string | null;
  readonly sentence: string;
  readonly needsPerson: boolean;
  /** What a person may decide now. */
  readonly decisions: readonly OutboxDecisionView[];
}
