/** Addresses at which others start a flow: one for each of its nodes that has one. */
import { z } from 'zod';
import { newWebhookSecret } from '#nodes/webhooks/webhook-service.ts';
import { giveHookAddress, hookAddressesOf, newHookName } from '#runtime/hooks/hook-address.ts';
import { Drafts } from '#runtime/pipelines/drafts.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { flowOf } from './flow-of.ts';
import { clientRoute, type Route } from './route.ts';
import { list } from './view.ts';
import { HookAddressRow, NewHookAddressView } from './views.ts';

const SECRET_CHARACTERS_MIN = 16;

export function flowHookRoutes(options: ApiOptions): Route[] {
  const { database, vault, types, publicUrl } = options;
  const urlOf = (name: string) => `${publicUrl()}/hooks/in/${name}`;

  const all = clientRoute({
    method: 'get',
    path: '/pipelines/:id/addresses',
    summary: 'The addresses at which others start a flow; whoever knows one may call it',
    may: 'build',
    answer: list(HookAddressRow),
    run: async ({ clientId, params }) => {
      const { _id } = await flowOf(options, clientId, params.id);
      return (await hookAddressesOf(database.db, clientId, _id)).map(({ _id: name, nodeId, createdAt }) => ({
        nodeId,
        url: urlOf(name),
        createdAt: createdAt.toISOString(),
      }));
    },
  });

  const give = clientRoute({
    method: 'post',
    path: '/pipelines/:id/addresses',
    summary:
      'Gives a node of a flow a new address, with a secret that is shown once; its old one leads nowhere then',
    may: 'build',
    body: z.strictObject({
      nodeId: z.string().min(1).max(40),
      secret: z
        .string()
        .min(SECRET_CHARACTERS_MIN)
        .max(200)
        .optional()
        .describe('One that the caller has already; absent: a new one is made'),
    }),
    secretBody: true,
    answer: NewHookAddressView,
    status: 201,
    run: async ({ clientId, params, body }) => {
      const { _id: pipelineId, graph } = await flowOf(options, clientId, params.id);
      const draft = await new Drafts(database.db, clientId).of(pipelineId);
      const nodes = [...(draft?.graph.nodes ?? []), ...graph.nodes];
      const node = nodes.find(({ id }) => id === body.nodeId);
      if (!node || !types.get(node.type)?.address)
        throw new Problem(404, 'No such node', 'The flow has no node with this id that has an address.');
      const name = newHookName();
      const secret = body.secret ?? newWebhookSecret();
      await giveHookAddress(database.db, {
        _id: name,
        clientId,
        pipelineId,
        nodeId: node.id,
        secret: vault.seal(name, secret),
        createdAt: new Date(),
      });
      return { url: urlOf(name), secret };
    },
  });

  return [all, give];
}
