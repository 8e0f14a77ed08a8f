/** Services: what a client is connected to besides sales channels. They take messages; they have no listings and no orders. */
import type { z } from 'zod';
import type { FarSide, OutsideEffect } from '../outbox/outside-effect.ts';
import type { ChannelCall } from '../sync/channel.ts';

export interface Service {
  /** Stands in connections: never changes. */
  readonly type: string;
  readonly title: string;
  /** Checks what the vault holds for a connection. */
  readonly secret: z.ZodType;
  /** What can be done there. */
  readonly effects: readonly OutsideEffect[];
  /** Asks it something for a flow; absent: it can't be asked. @throws {Rejected} or {Retryable}, never {InDoubt}. */
  read?(
    far: FarSide,
    request: ReadRequest & { readonly observe: (call: ChannelCall) => void },
  ): Promise<ReadAnswer>;
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
