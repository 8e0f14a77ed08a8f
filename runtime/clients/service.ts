/** Services: what a client is connected to besides sales channels. They take messages; they have no listings and no orders. */
import type { z } from 'zod';
import type { DeliveryReport } from '../outbox/delivery-report.ts';
import type { FarSide, OutsideEffect } from '../outbox/outside-effect.ts';
import type { ChannelCall } from '../sync/channel.ts';
import type { ConnectWay } from '../sync/channel-connect.ts';
import type { ConnectionFinding } from '../sync/connection-finding.ts';

/** Something that a service posted to `/hooks/<type>/<connection>`, with its raw bytes. */
export interface HookDelivery {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** The address that the service called, with its query: some services sign it. */
  readonly url: string;
}

/** One thing that a service told. */
export type HookNews =
  | { readonly kind: 'report'; readonly report: DeliveryReport }
  /** Somebody does not want to hear from this account any more, or wants to again. */
  | { readonly kind: 'opt-out'; readonly address: string; readonly wanted: boolean };

/** What a delivery to a service's hook means. Refused and ignored ones leave no trace but a line in the log. */
export type HookReading =
  | {
      readonly kind: 'news';
      /** In the order in which they were told; never none. */
      readonly news: readonly HookNews[];
      /** Where the signature is not made over what is told: it is good for this delivery alone, and never for another text. */
      readonly token?: string;
    }
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'refused'; readonly status: 400 | 401 | 403; readonly reason: string };

export interface Service {
  /** Stands in connections: never changes. */
  readonly type: string;
  readonly title: string;
  /** Checks what the vault holds for a connection. */
  readonly secret: z.ZodType;
  /** What can be done there and nowhere else. Emails are sent by one effect for all mail services. */
  readonly effects: readonly OutsideEffect[];
  /** Asks it something for a flow; absent: it can't be asked. @throws {Rejected} or {Retryable}, never {InDoubt}. */
  read?(
    far: FarSide,
    request: ReadRequest & { readonly observe: (call: ChannelCall) => void },
  ): Promise<ReadAnswer>;
  /** How accounts are connected; absent: by a form of its own (webhooks). */
  readonly connect?: readonly ConnectWay[];
  /**
   * "Test connection": looks whether the keys are good and what stands in the way. Changes and sends nothing.
   * @throws {Rejected} when the account lets us in no more; {Retryable} when it could not be asked.
   */
  check?(far: FarSide, observe?: (call: ChannelCall) => void): Promise<readonly ConnectionFinding[]>;
  /** What people can be told by it: alerts are sent by such services. */
  readonly carries?: 'email' | 'sms';
  /** Messages that may be under way at once, where the service makes few calls of many; 8 without it. */
  readonly sideBySide?: number;
  /** Reads what the service posts to us; absent: it posts nothing. `secret` as the vault holds it. */
  readHook?(delivery: HookDelivery, secret: unknown): HookReading;
}

/** A question to a service that changes nothing there. */
export interface ReadRequest {
  /** Below the connection's address, with its query. */
  readonly path: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface ReadAnswer {
  readonly status: number;
  /** JSON where it is some, else text; null where there is none. */
  readonly body: unknown;
}

export type Services = ReadonlyMap<string, Service>;
