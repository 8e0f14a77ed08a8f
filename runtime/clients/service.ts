/** Services: what a client is connected to besides sales channels. They take messages; they have no listings and no orders. */
import type { z } from 'zod';
import type { OutsideEffect } from '../outbox/outside-effect.ts';

export interface Service {
  /** Stands in connections: never changes. */
  readonly type: string;
  readonly title: string;
  /** Checks what the vault holds for a connection. */
  readonly secret: z.ZodType;
  /** What can be done there. */
  readonly effects: readonly OutsideEffect[];
}

export type Services = ReadonlyMap<string, Service>;
