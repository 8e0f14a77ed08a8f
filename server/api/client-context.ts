/** What the routes of the API are made with. */
import type { Services } from '#runtime/clients/service.ts';
import type { Database } from '#runtime/database/open-database.ts';
import type { ClientId, ConnectionId } from '#runtime/ids.ts';
import type { OutsideEffects } from '#runtime/outbox/outside-effect.ts';
import type { NodeTypes } from '#runtime/pipelines/node-type.ts';
import type { Channel } from '#runtime/sync/channel.ts';
import type { Trials } from '#runtime/trial/trial-process.ts';
import type { Vault } from '#runtime/vault/vault.ts';
import type { Auth } from '../auth/auth.ts';
import type { Log } from '../log.ts';
import type { AccountMail } from '../mail/account-mail.ts';
import type { TrialDesk } from '../trials/trial-desk.ts';
import type { ChangedMessage } from './views.ts';

export interface ApiOptions {
  readonly log: Log;
  readonly database: Database;
  readonly auth: Auth;
  readonly types: NodeTypes;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly version: string;
  readonly services: Services;
  readonly outsideEffects: OutsideEffects;
  readonly vault: Vault;
  /** Where people and channels reach this SyncFlow, without a slash at the end. */
  readonly publicUrl: () => string;
  /** Sends letters about accounts; null: no mail server is set up. */
  readonly mail: AccountMail | null;
  /** Connections or pipelines of the client have changed. */
  readonly reload: (clientId: ClientId) => void;
  /** The client's inbox or outbox has something to do again. */
  readonly wake: (clientId: ClientId) => void;
  /** The connection has something to fetch: an import, orders of before. */
  readonly poll: (clientId: ClientId, connectionId: ConnectionId) => void;
  /** Runs flows without effects; the desk keeps those that people look at. */
  readonly trials: { readonly desk: TrialDesk; readonly run: Trials['run'] };
  /** Starts a proof of the client's books. */
  readonly prove: (clientId: ClientId) => Promise<void>;
  /** Pages of the client that show something of these topics ask again. */
  readonly changed: (clientId: ClientId, topics: ChangedMessage['topics']) => void;
}
