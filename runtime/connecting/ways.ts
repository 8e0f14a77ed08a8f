/** The ways in which an account at a channel can be connected. */
import { z } from 'zod';
import type { Services } from '../clients/service.ts';
import { Rejected } from '../errors.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import type { Channel } from '../sync/channel.ts';
import type { ConnectWay } from '../sync/channel-connect.ts';

/** What a person wants. */
export interface ConnectWish {
  readonly clientId: ClientId;
  /** Type of the channel or service. */
  readonly channel: string;
  readonly way: string;
  /** As the way's form has it; not checked yet. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Origin of a sandbox on this machine; null: the real channel. */
  readonly sandboxUrl: string | null;
  /** What to call it; null: as the shop calls itself. */
  readonly name: string | null;
  /** This shop's counts open the ledger, and its staff may change them. */
  readonly countingAuthority: boolean;
  /** A connection whose keys are renewed; null: a new one. */
  readonly again: ConnectionId | null;
}

/** What can be connected: a channel or a service. */
export type Connectable = Pick<Channel, 'type' | 'title' | 'secret' | 'connect' | 'reconnected'>;

/** Every kind of connection there is, by type. */
export interface Connectables {
  readonly channels: ReadonlyMap<string, Channel>;
  readonly services: Services;
}

/** undefined: there is none of this type. */
export function connectableOf({ channels, services }: Connectables, type: string): Connectable | undefined {
  return channels.get(type) ?? services.get(type);
}

export interface ChosenWay {
  readonly channel: Connectable;
  readonly way: ConnectWay;
  readonly input: Readonly<Record<string, unknown>>;
}

/** @throws {Rejected} for a channel or way that there is not, and for input that the form does not take. */
export function wayOf(kinds: Connectables, wish: Pick<ConnectWish, 'channel' | 'way' | 'input'>): ChosenWay {
  const channel = connectableOf(kinds, wish.channel);
  const way = channel?.connect?.find(({ id }) => id === wish.way);
  if (!channel || !way) {
    throw new Rejected(`There is no way "${wish.way}" to connect "${wish.channel}".`, {
      code: 'far-side.unable',
      fix: 'Choose the channel from the list, and one of its ways.',
    });
  }
  const input = way.form.safeParse(wish.input);
  if (input.success) return { channel, way, input: input.data };
  throw new Rejected(sentenceOf(way.form, input.error), {
    code: 'far-side.keys',
    fix: 'Mend what is named here, then go on.',
  });
}

/** Names fields as the form does, and never shows what was typed. */
function sentenceOf(form: z.ZodObject, error: z.ZodError): string {
  const [issue] = error.issues;
  const field = String(issue?.path[0] ?? '');
  const schema: unknown = form.shape[field];
  const { title } = (schema instanceof z.ZodType ? schema.meta() : undefined) ?? {};
  return `"${title ?? field}": ${issue?.message ?? 'is not right'}.`;
}
