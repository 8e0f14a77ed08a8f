/** What a client's runtime is given by the runner in which it runs. */
import type { Services } from '../clients/service.ts';
import type { Database } from '../database/open-database.ts';
import type { ChangedTopic } from '../effects/live-effects.ts';
import type { ClientId } from '../ids.ts';
import type { Meter } from '../metrics/meter.ts';
import type { OutsideEffects } from '../outbox/outside-effect.ts';
import type { Channel } from '../sync/channel.ts';
import type { Vault } from '../vault/vault.ts';
import type { Host } from './host.ts';

export interface ClientRuntimeOptions {
  readonly database: Database;
  readonly clientId: ClientId;
  /** Names this process: the holder of its leases. */
  readonly runner: string;
  readonly host: Host;
  readonly vault: Vault;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly services: Services;
  readonly outsideEffects: OutsideEffects;
  readonly meter: Meter;
  readonly settleMs: number;
  /** How often each connection is asked what changed. */
  readonly pollMs: number;
  /** Where channels reach the ingress; null where they can't. */
  readonly hooksUrl: string | null;
  /** Bytes of inputs and outputs of nodes that are kept for the client. */
  readonly traceBytesMax: number;
  readonly changed: (topics: readonly (ChangedTopic | 'overview')[]) => void;
  readonly log: (
    level: 'info' | 'warn' | 'error',
    text: string,
    facts: Readonly<Record<string, unknown>>,
  ) => void;
}
