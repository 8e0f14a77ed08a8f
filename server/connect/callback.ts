/**
 * `/connect/<channel>/callback`: the channel's answer to a consent, brought by the person's browser (Shopify) or posted by
 * the shop's own server (WooCommerce). It is believed only if it answers a question of ours, once.
 */
import { type Request, type RequestHandler, Router, raw } from 'express';
import { clientsOf } from '#runtime/clients/client-model.ts';
import { clientOfConsent, consentNamedBy, finishConsent } from '#runtime/connecting/by-consent.ts';
import { connectableOf } from '#runtime/connecting/ways.ts';
import { Rejected } from '#runtime/errors.ts';
import type { ClientId } from '#runtime/ids.ts';
import type { ConsentAnswer } from '#runtime/sync/channel-connect.ts';
import type { ApiOptions } from '../api/client-context.ts';
import { backFromConsent } from '../auth/auth.ts';
import type { Log } from '../log.ts';
import { sendProblem } from '../problem.ts';

export interface CallbackOptions
  extends Pick<ApiOptions, 'database' | 'vault' | 'channels' | 'services' | 'auth'> {
  readonly log: Log;
  readonly reload: (clientId: ClientId) => void;
}

const BODY_BYTES_MAX = 100_000;
const SEE_OTHER = 303;
const CLIENTS_MAX = 10_000;

export function connectCallback(options: CallbackOptions): Router {
  const { log } = options;
  const router = Router();
  router.use(raw({ type: () => true, limit: BODY_BYTES_MAX }));

  const take = async (channel: string, answer: ConsentAnswer, askers: readonly ClientId[] | null) => {
    const finished = await finishConsent(options, channel, answer, askers);
    options.reload(finished.clientId);
    return finished;
  };

  const brought: RequestHandler = async (request, response) => {
    const channel = String(request.params.channel);
    const askers = await clientsOfVisitor(options, request);
    response.setHeader('cache-control', 'no-store');
    response.setHeader('referrer-policy', 'no-referrer');
    const answer = { query: queryOf(request.query), body: Buffer.alloc(0) };
    try {
      await take(channel, answer, askers);
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
    const channel = String(request.params.channel);
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    try {
      await take(channel, { query: queryOf(request.query), body }, null);
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

/** The clients for which the person before this browser may connect something. */
async function clientsOfVisitor(
  { auth, database }: CallbackOptions,
  request: Request,
): Promise<readonly ClientId[]> {
  const principal = await backFromConsent(auth, request);
  if (!principal?.permissions.has('connect')) return [];
  const { agencyId, clients } = principal;
  const among = clients && [...clients];
  return (await clientsOf(database.models, agencyId, { among, limit: CLIENTS_MAX })).map(({ _id }) => _id);
}

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
