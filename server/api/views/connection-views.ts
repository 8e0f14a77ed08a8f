/** Connections: how they do, what they can be made of, and how a consent ended. */
import { z } from 'zod';
import { list, moment, part, view } from '../view.ts';

/** What the button beside a trouble does. */
export const MendingActionView = z.enum(['connect-again', 'look-again']);

/** Something that a look at the connection found. */
export const FindingView = view('Finding', {
  /** Stands for this kind of finding: `shopify.scopes-missing`. */
  code: z.string(),
  tone: z.enum(['warn', 'bad']),
  reason: z.string(),
  fix: z.string(),
  action: MendingActionView,
});
export type FindingView = z.infer<typeof FindingView>;

/** A way to connect a channel, with the fields of its form. */
const WayView = view('ConnectWay', {
  id: z.string(),
  /** `consent`: the person is sent to the channel and comes back. */
  kind: z.enum(['keys', 'consent']),
  title: z.string(),
  help: z.string(),
  fields: list(
    part({
      name: z.string(),
      title: z.string(),
      help: z.string().nullable(),
      /** Never shown again. */
      secret: z.boolean(),
      required: z.boolean(),
    }),
  ),
});

export const ChannelKindView = view('ChannelKind', {
  type: z.string(),
  title: z.string(),
  kind: z.enum(['channel', 'service']),
  ways: list(WayView),
});
export type ChannelKindView = z.infer<typeof ChannelKindView>;

/** One of the two is set: the connection that was made, or where to send the person for consent. */
export const ConnectAnswerView = view('ConnectAnswer', {
  connectionId: z.string().nullable(),
  url: z.string().nullable(),
  /** Names the consent: `GET /connections/consents/:id` tells how it ended. */
  consent: z.string().nullable(),
});
export type ConnectAnswerView = z.infer<typeof ConnectAnswerView>;

export const ConsentView = view('Consent', {
  state: z
    .enum(['waiting', 'connected', 'failed', 'unknown'])
    .describe('unknown: nobody of this client asked for it, or it was too long ago'),
  connectionId: z.string().nullable(),
  reason: z.string().nullable(),
  fix: z.string().nullable(),
});
export type ConsentView = z.infer<typeof ConsentView>;

/** A shop's locations, and to which of the ledger each goes. */
export const ShopLocationsView = view('ShopLocations', {
  several: z.boolean().describe('false: it is kept in step at one location, which shows all that is there'),
  known: list(z.string()).describe('Your own locations so far; a name that is not among them is a new one'),
  locations: list(
    part({
      id: z.string(),
      name: z.string(),
      first: z.boolean().describe('The one that is kept in any case'),
      location: z
        .string()
        .describe('Where its stock lies in the ledger; of one that is not kept: a proposal'),
      kept: z.boolean(),
    }),
  ),
});
export type ShopLocationsView = z.infer<typeof ShopLocationsView>;

/** What a look at a connection found, just now. */
export const CheckView = view('ConnectionCheck', { at: moment, findings: list(FindingView) });
export type CheckView = z.infer<typeof CheckView>;
