import { type ReactNode, Suspense } from 'react';
import { Route, Routes } from 'react-router';
import type { Permission } from '../api/queries.ts';
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
import { Only, OnlyPart } from './rights.tsx';

const only = (may: Permission, page: ReactNode) => <Only may={may}>{page}</Only>;
const onlyPart = (may: Permission, part: ReactNode) => <OnlyPart may={may}>{part}</OnlyPart>;

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
      <Route path="stock/import" element={only('decide', <StockImportPage />)} />
      <Route path="stock/take" element={only('decide', <StockTakePage />)} />
      <Route path="connections" element={<ConnectionsPage />} />
      <Route path="connections/privacy" element={only('connect', <PrivacyPage />)} />
      <Route path="connect" element={only('connect', <ConnectPage />)} />
      <Route path="conflicts" element={<ConflictsPage />} />
      <Route path="alerts" element={<AlertsPage />} />
      <Route path="dead-letters" element={<DeadLettersPage />} />
      <Route path="outbox" element={<OutboxPage />} />
      <Route path="executions" element={only('inspect', <ExecutionsPage />)}>
        <Route
          path=":id"
          element={
            <Suspense>
              <ExecutionSheet />
            </Suspense>
          }
        />
      </Route>
      <Route path="flows" element={only('inspect', <FlowsPage />)} />
      <Route path="flows/:id" element={only('inspect', <FlowPage />)} />
      <Route path="wizard" element={only('connect', <ChoosePage />)} />
      <Route path="wizard/:id/:step?" element={only('connect', <WizardPage />)} />
      <Route path="settings" element={<SettingsPage />}>
        <Route index element={<AccountPart />} />
        <Route path="members" element={onlyPart('manage', <MembersPart />)} />
        <Route path="clients" element={onlyPart('manage', <ClientsPart />)} />
        <Route path="keys" element={onlyPart('manage', <KeysPart />)} />
        <Route path="webhooks" element={<WebhooksPart />} />
        <Route path="alerts" element={<AlertsPart />} />
        <Route path="audit" element={onlyPart('manage', <AuditPart />)} />
      </Route>
      <Route path="*" element={<NotFoundPage />} />
    </Routes>
  );
}
