import type { NeedView } from '#server/api/views.ts';
import type { Permission } from '../api/queries.ts';
import { texts } from '../texts.ts';
import type { IconName } from '../ui/icon-paths.ts';

/**
 * A page in the navigation. `may` is what one needs to see anything there, `waits` the kind of need whose number stands
 * beside it.
 */
export interface Place {
  readonly page: string;
  readonly to: string;
  readonly name: string;
  readonly icon: IconName;
  readonly may: Permission;
  readonly waits?: NeedView['kind'];
}

/** All places, in the order of the navigation. */
const places: readonly Place[] = [
  { page: 'dashboard', to: '/', name: texts.nav.dashboard, icon: 'dashboard', may: 'see' },
  { page: 'orders', to: '/orders', name: texts.nav.orders, icon: 'orders', may: 'see' },
  { page: 'stock', to: '/stock', name: texts.nav.stock, icon: 'stock', may: 'see' },
  {
    page: 'conflicts',
    to: '/conflicts',
    name: texts.nav.conflicts,
    icon: 'conflicts',
    may: 'see',
    waits: 'conflict',
  },
  { page: 'alerts', to: '/alerts', name: texts.nav.alerts, icon: 'alerts', may: 'see' },
  {
    page: 'deadLetters',
    to: '/dead-letters',
    name: texts.nav.deadLetters,
    icon: 'deadLetters',
    may: 'see',
    waits: 'dead-letter',
  },
  { page: 'outbox', to: '/outbox', name: texts.nav.outbox, icon: 'outbox', may: 'see', waits: 'outbox' },
  {
    page: 'connections',
    to: '/connections',
    name: texts.nav.connections,
    icon: 'plug',
    may: 'see',
    waits: 'connection',
  },
  { page: 'flows', to: '/flows', name: texts.nav.flows, icon: 'flows', may: 'inspect' },
  { page: 'executions', to: '/executions', name: texts.nav.executions, icon: 'executions', may: 'inspect' },
];

/** The places that lead somewhere for whoever has these permissions. */
export function placesFor(permissions: readonly Permission[]): readonly Place[] {
  return places.filter(({ may }) => permissions.includes(may));
}

/** On a phone the first four stand in the bar; the others are one press further away. */
export const barPlacesMax = 4;
