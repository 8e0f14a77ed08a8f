import { lazy } from 'react';

/** Every page but the dashboard is loaded when it is opened, or when its link is pointed at. */
const loaders = {
  orders: () => import('../pages/orders/orders-page.tsx'),
  order: () => import('../pages/orders/order-sheet.tsx'),
  stock: () => import('../pages/stock/stock-page.tsx'),
  why: () => import('../pages/stock/why-sheet.tsx'),
  sharing: () => import('../pages/stock/sharing-sheet.tsx'),
  stockImport: () => import('../pages/stock/import/stock-import-page.tsx'),
  stockTake: () => import('../pages/stock/take/stock-take-page.tsx'),
  connections: () => import('../pages/connections/connections-page.tsx'),
  privacy: () => import('../pages/privacy/privacy-page.tsx'),
  connect: () => import('../pages/connect/connect-page.tsx'),
  matching: () => import('../pages/matching/matching-page.tsx'),
  conflicts: () => import('../pages/conflicts/conflicts-page.tsx'),
  alerts: () => import('../pages/alerts/alerts-page.tsx'),
  deadLetters: () => import('../pages/dead-letters/dead-letters-page.tsx'),
  executions: () => import('../pages/executions/executions-page.tsx'),
  execution: () => import('../pages/executions/execution-sheet.tsx'),
  outbox: () => import('../pages/outbox/outbox-page.tsx'),
  flows: () => import('../pages/flows/flows-page.tsx'),
  settings: () => import('../pages/settings/settings-page.tsx'),
  account: () => import('../pages/settings/account-part.tsx'),
  members: () => import('../pages/settings/members-part.tsx'),
  clients: () => import('../pages/settings/clients-part.tsx'),
  keys: () => import('../pages/settings/keys-part.tsx'),
  webhooks: () => import('../pages/settings/webhooks-part.tsx'),
  alertPreferences: () => import('../pages/settings/alerts-part.tsx'),
  audit: () => import('../pages/settings/audit-part.tsx'),
  wizards: () => import('../pages/wizard/choose-page.tsx'),
  wizard: () => import('../pages/wizard/wizard-page.tsx'),
  flow: () => import('../canvas/flow-page.tsx'),
} as const;

// The pages as components, for the routes.
export const OrdersPage = lazy(loaders.orders);
export const OrderSheet = lazy(loaders.order);
export const StockPage = lazy(loaders.stock);
export const WhySheet = lazy(loaders.why);
export const SharingSheet = lazy(loaders.sharing);
export const StockImportPage = lazy(loaders.stockImport);
export const StockTakePage = lazy(loaders.stockTake);
export const ConnectionsPage = lazy(loaders.connections);
export const PrivacyPage = lazy(loaders.privacy);
export const ConnectPage = lazy(loaders.connect);
export const MatchingPage = lazy(loaders.matching);
export const ConflictsPage = lazy(loaders.conflicts);
export const AlertsPage = lazy(loaders.alerts);
export const DeadLettersPage = lazy(loaders.deadLetters);
export const ExecutionsPage = lazy(loaders.executions);
export const ExecutionSheet = lazy(loaders.execution);
export const OutboxPage = lazy(loaders.outbox);
export const FlowsPage = lazy(loaders.flows);
export const SettingsPage = lazy(loaders.settings);
export const AccountPart = lazy(loaders.account);
export const MembersPart = lazy(loaders.members);
export const ClientsPart = lazy(loaders.clients);
export const KeysPart = lazy(loaders.keys);
export const WebhooksPart = lazy(loaders.webhooks);
export const AlertsPart = lazy(loaders.alertPreferences);
export const AuditPart = lazy(loaders.audit);
export const ChoosePage = lazy(loaders.wizards);
export const WizardPage = lazy(loaders.wizard);
export const FlowPage = lazy(loaders.flow);

/** Begins to load a page that will probably be opened next. A failure shows itself when it is opened. */
export function preload(page: string): void {
  if (Object.hasOwn(loaders, page)) loaders[page as keyof typeof loaders]().catch(() => undefined);
}
