/** `GET` and `POST /api/v1/sharing`: the rules by which stock is shared over channels. */
import { Router } from 'express';
import { z } from 'zod';
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import { Kits } from '#runtime/kits/kit.ts';
import { type SharingDocument, saveSharingRules, sharingRulesOf } from '#runtime/sharing/rules-store.ts';
import { SharingRules } from '#runtime/sharing/sharing-rule.ts';
import { Problem } from '../problem.ts';
import { type ApiOptions, clientOf } from './client-context.ts';
import { readQuery } from './paging.ts';
import type { SharingView } from './views.ts';

const Change = SharingRules.extend({ seenRevision: z.int().min(0), kits: Kits.optional() });

export function sharingRoutes({ database, wake }: ApiOptions): Router {
  const router = Router();

  router.get('/sharing', async (_request, response) => {
    response.json(viewOf(await sharingRulesOf(database.db, clientOf(response))));
  });

  router.post('/sharing', async (request, response) => {
    const clientId = clientOf(response);
    const { seenRevision, kits, ...wanted } = readQuery(Change, request.body);
    const rules = { ...wanted, kits: kits ?? (await sharingRulesOf(database.db, clientId)).kits };
    const known = new Set<string>((await connectionsOf(database.models, clientId)).map(({ _id }) => _id));
    const capped = [rules.usual, ...rules.exceptions.map(({ rule }) => rule)].flatMap(({ caps }) =>
      Object.keys(caps ?? {}),
    );
    const unknown = capped.find((id) => !known.has(id));
    if (unknown !== undefined) {
      throw new Problem(400, 'Unknown channel', `You have no connection "${unknown}". Nothing was changed.`);
    }
    const saved = await saveSharingRules(database.db, clientId, { rules, seenRevision, by: 'person' });
    if (saved.kind === 'stale') {
      throw new Problem(
        409,
        'Changed meanwhile',
        'Somebody else has changed these rules since you opened them. Yours were not saved: load them again and repeat your change.',
      );
    }
    wake(clientId);
    response.json(viewOf(saved.rules));
  });

  return router;
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
