/** The shop itself: its name, its locations, and what our app may do in it. */
import { z } from 'zod';
import { Id, type Operation } from './operation.ts';

/** Needs no scope: asked for first. */
export const appRights = {
  name: 'AppRights',
  document: `query AppRights {
  shop { name myshopifyDomain }
  currentAppInstallation { accessScopes { handle } }
  publicApiVersions { handle supported }
}`,
  answer: z.object({
    shop: z.object({ name: z.string(), myshopifyDomain: z.string() }),
    currentAppInstallation: z.object({ accessScopes: z.array(z.object({ handle: z.string() })) }),
    publicApiVersions: z.array(z.object({ handle: z.string(), supported: z.boolean() })),
  }),
} satisfies Operation<unknown>;

const Location = z.object({
  id: Id,
  name: z.string(),
  isActive: z.boolean(),
  fulfillsOnlineOrders: z.boolean(),
});
export type Location = z.infer<typeof Location>;

/** `location` without an id is the shop's primary location. Inactive ones are left out of the list. */
export const shopLocations = {
  name: 'ShopLocations',
  document: `query ShopLocations {
  location { id isActive }
  locations(first: 50) { nodes { id name isActive fulfillsOnlineOrders } }
}`,
  answer: z.object({
    location: z.object({ id: Id, isActive: z.boolean() }).nullable(),
    locations: z.object({ nodes: z.array(Location) }),
  }),
} satisfies Operation<unknown>;
