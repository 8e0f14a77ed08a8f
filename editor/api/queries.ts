import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type {
  AlertRow,
  ChannelKindView,
  ClientPolicyView,
  ConnectionView,
  ConsentView,
  DeadLetterView,
  ExecutionView,
  ImportView,
  LatestProofView,
  OrderRow,
  OrderView,
  OverviewView,
  PageView,
  PipelineRow,
  PipelineView,
  PollingView,
  SessionView,
  SharingView,
  ShopLocationsView,
  StockRow,
  WhyView,
  WizardRow,
} from '#server/api/views.ts';
import { clientHere } from '../address/client-address.ts';
import { zone } from '../format/locale.ts';
import { isSignedOut } from './problem.ts';
import { getJson, type Query } from './request.ts';
import type { Topic } from './topics.ts';

/** What somebody may do: the server's own names. */
export type Permission = SessionView['permissions'][number];

const signInPollMs = 4000;
const consentPollMs = 2000;
const offeredMax = 8;

const useView = <View>(key: readonly [Topic, ...unknown[]], path: string, query: Query = {}) =>
  useQuery({ queryKey: key, queryFn: ({ signal }) => getJson<View>(path, query, signal) });

/**
 * Fails with a 401 problem while nobody is signed in. Then it is asked again from time to time, since the
 * sign-in link may be opened beside this page.
 */
export const useSession = () =>
  useQuery({
    queryKey: ['session'],
    queryFn: ({ signal }) => getJson<SessionView>('/session', { client: clientHere }, signal),
    refetchInterval: ({ state }) => isSignedOut(state.error) && signInPollMs,
  });

/** Whether the one who is signed in may do something; false as long as that is not known. */
export const useMay = (permission: Permission): boolean =>
  useSession().data?.permissions.includes(permission) ?? false;

/** What the dashboard says first, and the numbers beside the names in the navigation. */
export const useOverview = () => useView<OverviewView>(['overview', zone], '/overview', { zone });
/** All connections of the client. */
export const useConnections = () => useView<readonly ConnectionView[]>(['connections'], '/connections');
/** Which channels can be connected, and how. */
export const useChannels = () =>
  useView<readonly ChannelKindView[]>(['connections', 'channels'], '/channels');
/** How far the reading of a shop's products is. */
export const useImport = (id: string) =>
  useView<ImportView>(['connections', 'import', id], `/connections/${encodeURIComponent(id)}/import`);
/** A shop's locations, and to which of ours each goes. Asks the shop itself. */
export const useShopLocations = (id: string) =>
  useView<ShopLocationsView>(
    ['connections', 'locations', id],
    `/connections/${encodeURIComponent(id)}/locations`,
  );
/** When a shop was last asked for changes, and how its webhooks do. */
export const usePolling = (id: string) =>
  useView<PollingView>(['connections', 'polling', id], `/connections/${encodeURIComponent(id)}/polling`);

/** How a consent at a channel ended; asked again while it is open, since the shop's own server brings it. */
export const useConsent = (id: string) =>
  useQuery({
    queryKey: ['connections', 'consent', id],
    queryFn: ({ signal }) =>
      getJson<ConsentView>(`/connections/consents/${encodeURIComponent(id)}`, {}, signal),
    refetchInterval: ({ state }) => state.data?.state === 'waiting' && consentPollMs,
    gcTime: 0,
  });

/** Set-ups that were begun and wait to be gone on with. */
export const useOpenWizards = () => useView<readonly WizardRow[]>(['pipelines', 'wizards'], '/wizards');

/** One order with its lines and its timeline. Fails with a 404 problem for an unknown id. */
export const useOrder = (id: string) =>
  useView<OrderView>(['orders', 'one', id], `/orders/${encodeURIComponent(id)}`);
/** One run of a flow with its steps. Fails with a 404 problem for an unknown id. */
export const useExecution = (id: string) =>
  useView<ExecutionView>(['executions', 'one', id], `/executions/${encodeURIComponent(id)}`);
/** Why a listing shows its number, now ("") or at a moment. Fails with a 404 problem for what can't be explained. */
export const useWhy = (listing: string, at: string) =>
  useView<WhyView>(['stock', 'why', listing, at], '/stock/why', { listing, at });
/** The rules by which stock is shared. */
export const useSharing = () => useView<SharingView>(['stock', 'sharing'], '/sharing');
/** One dead letter with what came in and its runs. Fails with a 404 problem when it runs again already. */
export const useDeadLetter = (id: string) =>
  useView<DeadLetterView>(['dead-letters', 'one', id], `/dead-letters/${encodeURIComponent(id)}`);
/** All flows of the client. */
export const usePipelines = () => useView<readonly PipelineRow[]>(['pipelines'], '/pipelines');
/** One flow with its nodes and wires. Fails with a 404 problem for an unknown id. */
export const usePipeline = (id: string) =>
  useView<PipelineView>(['pipelines', 'one', id], `/pipelines/${encodeURIComponent(id)}`);

/** Some of the stock whose SKU or title has this text; nothing for "". */
export const useStockLike = (search: string) =>
  useQuery({
    queryKey: ['stock', 'like', search],
    queryFn: ({ signal }) => getJson<PageView<StockRow>>('/stock', { search, limit: offeredMax }, signal),
    enabled: search !== '',
    placeholderData: keepPreviousData,
  });

/** What becomes of sales that meet too little stock. */
export const usePolicy = () => useView<ClientPolicyView>(['conflicts', 'policy'], '/policy');

/** What the newest check of the books found. */
export const useLatestProof = () => useView<LatestProofView>(['proofs'], '/proofs/latest');

/** The first rows of a list, for the dashboard. */
const useTop = <Row>(topic: Topic, limit: number) =>
  useView<PageView<Row>>([topic, 'top', limit], `/${topic}`, { limit });

/** The newest orders. */
export const useNewestOrders = (limit: number) => useTop<OrderRow>('orders', limit);
/** What is short or low, scarcest first. */
export const useScarceStock = (limit: number) => useTop<StockRow>('stock', limit);
/** The newest alerts. */
export const useLatestAlerts = (limit: number) => useTop<AlertRow>('alerts', limit);
