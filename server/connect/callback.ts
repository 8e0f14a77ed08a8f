/**
 * `/connect/<channel>/callback`: the channel's answer to a consent, brought by the person's browser (Shopify) or posted by
 * the shop's own server (WooCommerce). It is believed only if it answers a question of ours, once.
 */
import { type Request, type RequestHandler, type Response, Router, raw } from 'express';
import { clientsOf } from '#runtime/clients/client-model.ts';
import { clientOfConsent, consentNamedBy, finishConsent } from '#runtime/connecting/by-consent.ts';
import { connectableOf } from '#runtime/connecting/ways.ts';
import { Rejected } from '#runtime/errors.ts';
import type { ClientId } from '#runtime/ids.ts';
import type { ConsentAnswer } from '#runtime/sync/channel-connect.ts';
import type { ApiOptions } from '../api/client-context.ts';
import { backFromConsent } from '../auth/auth.ts';
import type { Principal } from '../auth/principal.ts';
import type { Log } from '../log.ts';
import { sendProblem } from '../problem.ts';
import { requestIdOf } from '../request-id.ts';
import { recordConsent } from './record-consent.ts';

export interface CallbackOptions
  extends Pick<ApiOptions, 'database' | 'vault' | 'channels' | 'services' | 'auth'> {
  readonly log: Log;
  readonly reload: (clientId: ClientId) => void;
}

const BODY_BYTES_MAX = 100_000;
const SEE_OTHER = 303;
const TARGET_CHARACTERS_MAX = 1_000;
const CLIENTS_MAX = 10_000;

export function connectCallback(options: CallbackOptions): Router {
  const { log } = options;
  const router = Router();
  router.use(raw({ type: () => true, limit: BODY_BYTES_MAX }));

  const take = async (
    request: Request,
    response: Response,
    answer: ConsentAnswer,
    visitor: Visitor | null,
  ) => {
    const record = recordConsent(options, {
      principal: visitor?.principal ?? null,
      action: `${request.method.toLowerCase()} /connect/:channel/callback`,
      // Without what was asked with it: codes and states stand there.
      target: `${request.baseUrl}${request.path}`.slice(0, TARGET_CHARACTERS_MAX),
      address: request.ip ?? '',
      device: request.get('user-agent') ?? '',
      requestId: requestIdOf(response),
    });
    const askers = visitor?.clients ?? null;
    const finished = await finishConsent(options, channelOf(request), answer, askers, record);
    options.reload(finished.clientId);
  };

  const brought: RequestHandler = async (request, response) => {
    const channel = channelOf(request);
    const visitor = await visitorOf(options, request);
    const askers = visitor.clients;
    response.setHeader('cache-control', 'no-store');
    response.setHeader('referrer-policy', 'no-referrer');
    const answer = { query: queryOf(request.query), body: Buffer.alloc(0) };
    try {
      await take(request, response, answer, visitor);
    } catch (error) {
      log.warn({ channel, reason: reasonOf(error) }, 'a consent did not become a connection');
    }
    // The page asks how it ended: what it says never comes from the address, which anybody can write.
    const consent = consentNamedBy(connectableOf(options, channel), answer);
    const client = consent && (await clientOfConsent(options.database.db, consent));
    // Whoever has several clients gets the page of this one.
    const before = client && askers.length > 1 && askers.includes(client) ? `/clients/${client}` : '';
    response.redirect(SEE_OTHER, `${before}/connect?consent=${consent ?? 'unknown'}`);
  };

  const posted: RequestHandler = async (request, response) => {
    const channel = channelOf(request);
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    try {
      await take(request, response, { query: queryOf(request.query), body }, null);
      response.status(200).json({ ok: true });
    } catch (error) {
      log.warn({ channel, reason: reasonOf(error) }, 'a consent did not become a connection');
      const detail = `${reasonOf(error)} ${fixOf(error)}`.trim();
      sendProblem(response, error instanceof Rejected ? 400 : 503, 'Not connected', detail);
    }
  };

  router.get('/:channel/callback', brought);
  router.post('/:channel/callback', posted);
  return router;
}

/** Whoever sits before the browser that brought an answer. */
interface Visitor {
  /** null: nobody who may connect anything. */
  readonly principal: Principal | null;
  /** The clients for which they may connect something. */
  readonly clients: readonly ClientId[];
}

async function visitorOf({ auth, database }: CallbackOptions, request: Request): Promise<Visitor> {
  const principal = await backFromConsent(auth, request);
  if (!principal?.permissions.has('connect')) return { principal: null, clients: [] };
  const { agencyId, clients } = principal;
  const among = clients && [...clients];
  const found = await clientsOf(database.models, agencyId, { among, limit: CLIENTS_MAX });
  return { principal, clients: found.map(({ _id }) => _id) };
}

const channelOf = ({ params }: Request): string => String(params.channel);

function queryOf(query: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

function reasonOf(error: unknown): string {
  if (error instanceof Rejected || (error instanceof Error && error.name === 'Retryable'))
    return error.message;
  return 'Something went wrong on our side; the log says more.';
}

function fixOf(error: unknown): string {
  return error instanceof Rejected ? error.fix : 'Connect again in a moment.';
}
