import { Suspense } from 'react';
import { Route, Routes } from 'react-router';
import { DashboardPage } from '../pages/dashboard/dashboard-page.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import {
  AccountPart,
  AlertsPage,
  AlertsPart,
  AuditPart,
  ChoosePage,
  ClientsPart,
  ConflictsPage,
  ConnectionsPage,
  ConnectPage,
  DeadLettersPage,
  ExecutionSheet,
  ExecutionsPage,
  FlowPage,
  FlowsPage,
  KeysPart,
  MatchingPage,
  MembersPart,
  OrderSheet,
  OrdersPage,
  OutboxPage,
  PrivacyPage,
  SettingsPage,
  SharingSheet,
  StockImportPage,
  StockPage,
  StockTakePage,
  WebhooksPart,
  WhySheet,
  WizardPage,
} from './pages.ts';

/** Which page stands at which address. */
export function PageRoutes() {
  return (
    <Routes>
      <Route index element={<DashboardPage />} />
      <Route path="orders" element={<OrdersPage />}>
        <Route
          path=":id"
          element={
            <Suspense>
              <OrderSheet />
            </Suspense>
          }
        />
      </Route>
      <Route path="stock" element={<StockPage />}>
        <Route
          path="why/:id"
          element={
            <Suspense>
              <WhySheet />
            </Suspense>
          }
        />
        <Route
          path="sharing"
          element={
            <Suspense>
              <SharingSheet />
            </Suspense>
          }
        />
      </Route>
      <Route path="stock/matching" element={<MatchingPage />} />
      <Route path="stock/import" element={<StockImportPage />} />
      <Route path="stock/take" element={<StockTakePage />} />
      <Route path="connections" element={<ConnectionsPage />} />
      <Route path="connections/privacy" element={<PrivacyPage />} />
      <Route path="connect" element={<ConnectPage />} />
      <Route path="conflicts" element={<ConflictsPage />} />
      <Route path="alerts" element={<AlertsPage />} />
      <Route path="dead-letters" element={<DeadLettersPage />} />
      <Route path="outbox" element={<OutboxPage />} />
      <Route path="executions" element={<ExecutionsPage />}>
        <Route
          path=":id"
          element={
            <Suspense>
              <ExecutionSheet />
            </Suspense>
          }
        />
      </Route>
      <Route path="flows" element={<FlowsPage />} />
      <Route path="flows/:id" element={<FlowPage />} />
      <Route path="wizard" element={<ChoosePage />} />
      <Route path="wizard/:id/:step?" element={<WizardPage />} />
      <Route path="settings" element={<SettingsPage />}>
        <Route index element={<AccountPart />} />
        <Route path="members" element={<MembersPart />} />
        <Route path="clients" element={<ClientsPart />} />
        <Route path="keys" element={<KeysPart />} />
        <Route path="webhooks" element={<WebhooksPart />} />
        <Route path="alerts" element={<AlertsPart />} />
        <Route path="audit" element={<AuditPart />} />
      </Route>
      <Route path="*" element={<NotFoundPage />} />
    </Routes>
  );
}
