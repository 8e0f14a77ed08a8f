import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import type { ConnectAnswerView } from '#server/api/views.ts';
import { postForJson } from '../../api/request.ts';
import { connect as connectTexts } from '../../texts/connect.ts';
import { say } from '../../ui/toast.tsx';

/** What the page asks for: see `POST /connections/channels`. */
export interface Wish {
  readonly channel: string;
  readonly way: string;
  readonly input: Readonly<Record<string, string>>;
  readonly countingAuthority: boolean;
  readonly sandboxUrl?: string;
  readonly again?: string;
}

/** A shop is looked at from several sides, and may be slow. */
const connectMsMax = 60_000;

/**
 * Connects: by keys at once; for a consent, leads the person to the shop.
 * @param onConnected what follows; by itself the page of the connections.
 */
export function useConnect(onConnected?: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (wish: Wish) => postForJson<ConnectAnswerView>('/connections/channels', wish, connectMsMax),
    onSuccess: async ({ url }) => {
      if (url) {
        location.assign(url);
        return;
      }
      say('ok', connectTexts.connectedAbout);
      await Promise.all(
        ['connections', 'overview'].map((topic) => client.invalidateQueries({ queryKey: [topic] })),
      );
      if (onConnected) onConnected();
      else await navigate('/connections');
    },
  });
}
