/** The pages of which pictures are taken, by the name of the picture. */

/** Of the demo: two shops that sell. */
export const BUSY_PAGES: Readonly<Record<string, string>> = {
  dashboard: '/',
  orders: '/orders',
  stock: '/stock',
  'stock-sharing': '/stock/sharing',
  'stock-take': '/stock/take',
  'stock-import': '/stock/import',
  matching: '/stock/matching',
  conflicts: '/conflicts',
  alerts: '/alerts',
  'dead-letters': '/dead-letters',
  outbox: '/outbox',
  connections: '/connections',
  privacy: '/connections/privacy',
  connect: '/connect',
  'connect-shopify': '/connect?channel=shopify&way=client-credentials',
  'connect-twilio': '/connect?channel=twilio&way=keys',
  executions: '/executions',
  flows: '/flows',
  flow: '/flows/demo-keep-stock-in-step',
  'settings-account': '/settings',
  'settings-alerts': '/settings/alerts',
  'settings-members': '/settings/members',
  'settings-clients': '/settings/clients',
  'settings-keys': '/settings/keys',
  'settings-webhooks': '/settings/webhooks',
  'settings-audit': '/settings/audit',
  'wizard-choose': '/wizard',
  'not-found': '/nowhere',
};

/** Of a client that has nothing yet. */
export const EMPTY_PAGES: Readonly<Record<string, string>> = {
  'empty-dashboard': '/',
  'empty-orders': '/orders',
  'empty-stock': '/stock',
  'empty-alerts': '/alerts',
  'empty-conflicts': '/conflicts',
  'empty-connections': '/connections',
  'empty-privacy': '/connections/privacy',
  'empty-flows': '/flows',
  'empty-executions': '/executions',
};
