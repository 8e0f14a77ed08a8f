import type { NeedView } from '#server/api/views.ts';
import { texts } from '../texts.ts';
import type { IconName } from '../ui/icon-paths.ts';

/** A page in the navigation. `waits` names the kind of need whose number stands beside it. */
export interface Place {
  readonly page: string;
  readonly to: string;
  readonly name: string;
  readonly icon: IconName;
  readonly waits?: NeedView['kind'];
}

/** All places, in the order of the navigation. */
export const places: readonly Place[] = [
  { page: 'dashboard', to: '/', name: texts.nav.dashboard, icon: 'dashboard' },
  { page: 'orders', to: '/orders', name: texts.nav.orders, icon: 'orders' },
  { page: 'stock', to: '/stock', name: texts.nav.stock, icon: 'stock' },
  { page: 'conflicts', to: '/conflicts', name: texts.nav.conflicts, icon: 'conflicts', waits: 'conflict' },
  { page: 'alerts', to: '/alerts', name: texts.nav.alerts, icon: 'alerts' },
  {
    page: 'deadLetters',
    to: '/dead-letters',
    name: texts.nav.deadLetters,
    icon: 'deadLetters',
    waits: 'dead-letter',
  },
  { page: 'outbox', to: '/outbox', name: texts.nav.outbox, icon: 'outbox', waits: 'outbox' },
  { page: 'connections', to: '/connections', name: texts.nav.connections, icon: 'plug', waits: 'connection' },
  { page: 'flows', to: '/flows', name: texts.nav.flows, icon: 'flows' },
  { page: 'executions', to: '/executions', name: texts.nav.executions, icon: 'executions' },
];

/** On a phone the first four stand in the bar; the others are one press further away. */
export const barPlacesMax = 4;
