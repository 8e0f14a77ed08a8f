/** `GET` and `POST /api/v1/sharing`: the rules by which stock is shared over channels. */
import { z } from 'zod';
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import { Kits } from '#runtime/kits/kit.ts';
import { type SharingDocument, saveSharingRules, sharingRulesOf } from '#runtime/sharing/rules-store.ts';
import { SharingRules } from '#runtime/sharing/sharing-rule.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { clientRoute, type Route } from './route.ts';
import { SharingView } from './views.ts';

const Change = SharingRules.extend({ seenRevision: z.int().min(0), kits: Kits.optional() });

export function sharingRoutes({ database, wake }: ApiOptions): Route[] {
  const read = clientRoute({
    method: 'get',
    path: '/sharing',
    summary: 'The rules by which stock is shared over channels',
    may: 'see',
    answer: SharingView,
    run: async ({ clientId }) => viewOf(await sharingRulesOf(database.db, clientId)),
  });

  const change = clientRoute({
    method: 'post',
    path: '/sharing',
    summary: 'Changes the rules, unless somebody else has changed them meanwhile',
    may: 'decide',
    body: Change,
    answer: SharingView,
    was: async ({ clientId }) => viewOf(await sharingRulesOf(database.db, clientId)),
    run: async ({ clientId, by, body: { seenRevision, kits, ...wanted } }) => {
      const rules = { ...wanted, kits: kits ?? (await sharingRulesOf(database.db, clientId)).kits };
      const known = new Set<string>((await connectionsOf(database.models, clientId)).map(({ _id }) => _id));
      const capped = [rules.usual, ...rules.exceptions.map(({ rule }) => rule)].flatMap(({ caps }) =>
        Object.keys(caps ?? {}),
      );
      const unknown = capped.find((id) => !known.has(id));
      if (unknown !== undefined) {
        throw new Problem(
          400,
          'Unknown channel',
          `You have no connection "${unknown}". Nothing was changed.`,
        );
      }
      const saved = await saveSharingRules(database.db, clientId, { rules, seenRevision, by });
      if (saved.kind === 'stale') {
        throw new Problem(
          409,
          'Changed meanwhile',
          'Somebody else has changed these rules since you opened them. Yours were not saved: load them again and repeat your change.',
        );
      }
      wake(clientId);
      return viewOf(saved.rules);
    },
  });

  return [read, change];
}

function viewOf({ revision, since, usual, exceptions, kits }: SharingDocument): SharingView {
  return {
    revision,
    since: since.toISOString(),
    usual,
    exceptions: exceptions as SharingView['exceptions'],
    kits,
  };
}
