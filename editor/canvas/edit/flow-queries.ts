import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { NodeDescriptions } from '#runtime/flow/node-description.ts';
import type { DraftView, NodeTypeView, TemplateRow, VersionRow, VersionView } from '#server/api/views.ts';
import { getJson } from '../../api/request.ts';

/** The address of a flow's part of the API. */
export const flowPath = (id: string, part = ''): string => `/pipelines/${encodeURIComponent(id)}${part}`;

/** A flow as it is being changed. */
export const useDraft = (id: string) =>
  useQuery({
    queryKey: ['pipelines', 'draft', id],
    queryFn: ({ signal }) => getJson<DraftView>(flowPath(id, '/draft'), {}, signal),
  });

/** What flows are built of. Changes only with SyncFlow itself. */
export const useNodeTypes = () =>
  useQuery({
    queryKey: ['node-types'],
    queryFn: ({ signal }) => getJson<readonly NodeTypeView[]>('/node-types', {}, signal),
  });

/** Flows to begin with. */
export const useTemplates = () =>
  useQuery({
    queryKey: ['flow-templates'],
    queryFn: ({ signal }) => getJson<readonly TemplateRow[]>('/flow-templates', {}, signal),
  });

/** What was deployed, newest first. */
export const useVersions = (id: string) =>
  useQuery({
    queryKey: ['pipelines', 'versions', id],
    queryFn: ({ signal }) => getJson<readonly VersionRow[]>(flowPath(id, '/versions'), {}, signal),
  });

/** One version with its flow; null: none is asked for. */
export const useVersion = (id: string, version: number | null) =>
  useQuery({
    queryKey: ['pipelines', 'version', id, version],
    queryFn: ({ signal }) => getJson<VersionView>(flowPath(id, `/versions/${version}`), {}, signal),
    enabled: version !== null,
  });

/** The node types by name, as the rules of flows want them. */
export function useDescriptions(types: readonly NodeTypeView[]): NodeDescriptions {
  return useMemo(() => new Map(types.map((type) => [type.type, type])) as NodeDescriptions, [types]);
}
