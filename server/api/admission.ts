/** Who may use a route, and for which client: decided before anything else of a request is read. */
import type { Request, Response } from 'express';
import { clientOfAgency, clientsOf } from '#runtime/clients/client-model.ts';
import type { Database } from '#runtime/database/open-database.ts';
import { ClientId } from '#runtime/ids.ts';
import { type Auth, principalOf } from '../auth/auth.ts';
import { mayReach, type Principal } from '../auth/principal.ts';
import { Problem } from '../problem.ts';
import { requestIdOf } from '../request-id.ts';
import type { RequestLimits } from './request-limits.ts';
import type { Asker, Route, Visit } from './route.ts';

/** Names the client that a request is about, where its sender has several. */
export const CLIENT_HEADER = 'x-client';
/** Set by our own page. A form or a picture on a foreign site can't send it. */
const PAGE_HEADER = 'x-syncflow';

/** @throws {Problem} 401, 403, 404, 400 or 429 with a sentence. */
export async function admit(
  route: Route,
  {
    auth,
    database,
    limits,
  }: { readonly auth: Auth; readonly database: Database; readonly limits: RequestLimits },
  request: Request,
  response: Response,
): Promise<Asker> {
  const address = request.ip ?? '';
  const principal = await principalOf(auth, request, address);
  await limits.count(principal, address);
  if (principal?.kind !== 'key') mustBeOurPage(request);
  const visit = visitOf(auth, address, request, response);
  if (route.scope === 'open') return { visit, principal };
  if (!principal) throw notSignedIn(request);
  const asker = { principal, agencyId: principal.agencyId, by: principal.by };
  if (route.scope === 'person') {
    if (principal.kind !== 'key') return { ...asker, visit };
    throw new Problem(403, 'Not for keys', 'This is about a person’s own account. Nothing was changed.');
  }
  if (route.may === null || !principal.permissions.has(route.may)) {
    throw new Problem(
      403,
      'Not allowed',
      `${principal.kind === 'key' ? 'This key' : 'Your role'} does not have the permission “${route.may}”. Nothing was changed. Ask an owner or admin of your agency for it.`,
    );
  }
  if (route.scope === 'agency') {
    if (principal.clients === null) return asker;
    throw new Problem(
      403,
      'Not allowed',
      'This is about the whole agency, and you see only some of its clients. Nothing was changed.',
    );
  }
  return { ...asker, clientId: await clientFor(database, principal, request.get(CLIENT_HEADER)) };
}

function mustBeOurPage(request: Request): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.get('sec-fetch-site');
  if (request.get(PAGE_HEADER) === 'page' && (site === undefined || site === 'same-origin')) return;
  throw new Problem(
    403,
    'Not from our page',
    'Requests that change something need a key, or the header x-syncflow from our own page. Nothing was changed.',
  );
}

function notSignedIn(request: Request): Problem {
  return request.headers.authorization === undefined
    ? new Problem(401, 'Sign in first', 'You are not signed in, or not any more. Nothing was changed.')
    : new Problem(401, 'Unknown key', 'This key is not known, or was taken back. Nothing was changed.');
}

/** @throws {Problem} 404 or 400 when there is no such client for this one, or it is not clear which. */
export async function clientFor(
  { models }: Database,
  principal: Principal,
  named: string | undefined,
): Promise<ClientId> {
  const { agencyId, clients } = principal;
  if (named !== undefined) {
    const id = ClientId.safeParse(named);
    const reachable = id.success && mayReach(principal, id.data);
    if (reachable && (await clientOfAgency(models, agencyId, id.data))) return id.data;
    throw new Problem(404, 'No such client', 'You have no client with this id. Nothing was changed.');
  }
  const [only, another] = await clientsOf(models, agencyId, { among: clients && [...clients], limit: 2 });
  if (only && !another) return only._id;
  throw only
    ? new Problem(
        400,
        'Which client?',
        `You have several clients: name one in the header ${CLIENT_HEADER}. Nothing was changed.`,
      )
    : new Problem(404, 'No client yet', 'There is no client yet. Make the first one in the settings.');
}

function visitOf({ cookies }: Auth, address: string, request: Request, response: Response): Visit {
  return {
    address,
    device: request.get('user-agent') ?? '',
    requestId: requestIdOf(response),
    refreshToken: cookies.refreshOf(request.headers.cookie),
    signIn: (tokens) => cookies.set(response, tokens),
    signOut: () => cookies.clear(response),
  };
}
