import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  FirstSyncView,
  MadeView,
  SwitchedOnView,
  TemplateOfferView,
  UndoneView,
  WizardStepView,
  WizardView,
} from '#server/api/views.ts';
import { getJson, patchForJson, postForJson } from '../../api/request.ts';
import { wizard as words } from '../../texts/wizard.ts';
import { say } from '../../ui/toast.tsx';

/** While products are read, how many are matched changes without a word. */
const readingMs = 2_000;
/** Every product of every shop is looked at, or told. */
const wholeMsMax = 180_000;

const pathOf = (id: string) => `/wizards/${encodeURIComponent(id)}`;
const keyOf = (id: string) => ['connections', 'wizard', id] as const;

/** What can be set up. */
export const useOffers = () =>
  useQuery({
    queryKey: ['pipelines', 'offers'],
    queryFn: ({ signal }) => getJson<readonly TemplateOfferView[]>('/wizard-templates', {}, signal),
  });

/** A set-up as it was left. `reading`: products come in at this moment. */
export const useWizard = (id: string, reading: boolean) =>
  useQuery({
    queryKey: keyOf(id),
    queryFn: ({ signal }) => getJson<WizardView>(pathOf(id), {}, signal),
    refetchInterval: reading && readingMs,
  });

/** What would change in the shops, as of when the page was opened. */
export const useFirstSync = (id: string) =>
  useQuery({
    queryKey: ['pipelines', 'first-sync', id],
    queryFn: ({ signal }) => getJson<FirstSyncView>(`${pathOf(id)}/first-sync`, {}, signal, wholeMsMax),
    gcTime: 0,
    staleTime: 0,
  });

/** Begins a set-up; the answer is its id. */
export const useBegin = () =>
  useMutation({
    mutationFn: async (template: string) => (await postForJson<MadeView>('/wizards', { template })).id,
  });

/** Keeps what was filled in, or the step that one is at. */
export function useKeep(id: string) {
  const client = useQueryClient();
  return useMutation({
    // One after the other: what was typed last is kept last.
    scope: { id: `wizard ${id}` },
    mutationFn: (part: { readonly step?: WizardStepView; readonly parameters?: WizardView['parameters'] }) =>
      patchForJson<WizardView>(pathOf(id), part),
    onSuccess: (view) => client.setQueryData(keyOf(id), view),
  });
}

/** Switches it on. @param title of the template. */
export const useSwitchOn = (id: string, title: string) =>
  useTurn(
    () => postForJson<SwitchedOnView>(`${pathOf(id)}/switch-on`, undefined, wholeMsMax),
    () => words.check.on(title),
  );

/** Takes it back. */
export const useUndo = (id: string) =>
  useTurn(
    () => postForJson<UndoneView>(`${pathOf(id)}/undo`, undefined, wholeMsMax),
    ({ restored, kept }) => words.check.undone(restored, kept),
  );

/** What came of it is said here: the step that asked for it is no longer shown by then. */
function useTurn<Answer>(turn: () => Promise<Answer>, told: (answer: Answer) => string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: turn,
    onSuccess: async (answer) => {
      say('ok', told(answer));
      await Promise.all(
        ['connections', 'pipelines', 'overview', 'stock'].map((topic) =>
          client.invalidateQueries({ queryKey: [topic] }),
        ),
      );
    },
  });
}
