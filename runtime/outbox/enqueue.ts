/** The way into the outbox, for everything in SyncFlow that wants something done outside once. */
import { randomUUID } from 'node:crypto';
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, ConnectionId, PipelineId } from '../ids.ts';
import type { OutboxDocument, WhenInDoubt } from './outbox-document.ts';

export interface OutboxMessage {
  /** Unique per cause: `<execution>:<node>:<item>` from a flow (`context.key`), `conflict:<id>:cancel` from a decision. */
  readonly key: string;
  /** Type of an outside effect that the runner knows. */
  readonly effect: string;
  readonly connectionId: ConnectionId;
  readonly pipelineId?: PipelineId | null;
  /** For people: "Cancel order #1001". No secrets, no customer's data. */
  readonly subject: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Only asked when neither the far side nor a look at it can tell. `ask` (a person decides) without it. */
  readonly whenInDoubt?: WhenInDoubt;
}

/**
 * Writes down that something is to be done outside. When this has answered it is on disk, and will be done: at
 * once as a rule, later when the far side is away, never twice for one key as far as the far side lets us know.
 * Wake the client's sender afterwards (it looks by itself every few seconds).
 *
 * Cancelling an order on its channel, from any process:
 *
 *     await enqueue(db, clientId, {
 *       key: `conflict:${conflictId}:cancel`, effect: 'cancel-order', connectionId: order.connectionId,
 *       subject: `Cancel order ${order.number}`, payload: { externalId: order.externalId, reason: 'inventory' },
 *     });
 *
 * @returns false when the key was enqueued before: nothing new was made, and what was first written stands.
 */
export async function enqueue(db: Db, clientId: ClientId, message: OutboxMessage): Promise<boolean> {
  const outbox = new ClientCollection<OutboxDocument>(db, 'outbox', clientId);
  return await outbox.insertIfAbsent({
    _id: outboxIdOf(clientId, message.key),
    clientId,
    key: message.key,
    effect: message.effect,
    connectionId: message.connectionId,
    pipelineId: message.pipelineId ?? null,
    subject: message.subject,
    payload: message.payload,
    providerKey: randomUUID(),
    whenInDoubt: message.whenInDoubt ?? 'ask',
    step: 'write',
    state: 'queued',
    queuedAt: new Date(),
    notBefore: null,
    tries: 0,
    repeats: 0,
    lease: null,
    calledAt: null,
    doubt: null,
    failure: null,
    receipt: null,
    knownBy: null,
    decision: null,
    endedAt: null,
  });
}

/** The id of a client's message with this key. */
export function outboxIdOf(clientId: ClientId, key: string): string {
  return `${clientId}/${key}`;
}
