import { clientHere } from '../address/client-address.ts';
import { texts } from '../texts.ts';
import { Problem, problemOf } from './problem.ts';

const base = '/api/v1';
const waitMsMax = 15_000;

/** Parameters of a query; null and "" stand for a parameter that is left out. */
export type Query = Readonly<Record<string, string | number | null>>;

/** `/api/v1/orders?search=mug`: parameters that are null or empty are left out. */
export function addressOf(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== '') params.set(name, String(value));
  }
  const search = params.toString();
  return `${base}${path}${search === '' ? '' : `?${search}`}`;
}

/** What opens or closes a session has no session to renew. */
const withoutSession = /^\/api\/v1\/(session\/refresh|signin|invitations\/(look|accept)|password-resets)/;
let renewing: Promise<boolean> | undefined;

/** Gets a new access token; several requests that need one wait for the same. False: nobody is signed in. */
export async function renewSession(): Promise<boolean> {
  renewing ??= send(`${base}/session/refresh`, { method: 'POST', headers: pageHeaders })
    .then(({ ok }) => ok)
    .finally(() => {
      renewing = undefined;
    });
  return await renewing;
}

/** Access tokens live for some minutes: one that has ended is renewed, and the request is sent again. */
async function ask(address: string, init: RequestInit, waitMs?: number): Promise<Response> {
  const response = await send(address, init, waitMs);
  if (response.status !== 401 || withoutSession.test(address)) return response;
  return (await renewSession()) ? await send(address, init, waitMs) : response;
}

const pageHeaders = { 'x-syncflow': 'page', ...(clientHere !== null && { 'x-client': clientHere }) };

async function send(address: string, init: RequestInit, waitMs = waitMsMax): Promise<Response> {
  const timeout = AbortSignal.timeout(waitMs);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  try {
    return await fetch(address, { ...init, signal, credentials: 'same-origin' });
  } catch (cause) {
    // What was called off by the page itself is no problem to show.
    if (init.signal?.aborted) throw cause;
    throw new Problem(
      { title: texts.problem.noAnswerTitle, status: 0, detail: texts.problem.noAnswer },
      { cause },
    );
  }
}

/** GET. The answer's shape is a promise of our own server, checked by the tests on both sides. Throws {@link Problem}. */
export async function getJson<View>(
  path: string,
  query: Query,
  signal: AbortSignal,
  waitMs?: number,
): Promise<View> {
  const init = { signal, headers: { accept: 'application/json', ...pageHeaders } };
  const response = await ask(addressOf(path, query), init, waitMs);
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as View;
}

const fileMsMax = 300_000;

/** GET of a file. By a link alone the client would not be named, and a session that must be renewed would be lost. */
export async function fetchFile(path: string, query: Query): Promise<Blob> {
  const response = await ask(addressOf(path, query), { headers: pageHeaders }, fileMsMax);
  if (!response.ok) throw await problemOf(response);
  return await response.blob();
}

/** POST. The header proves that it comes from this page (no other site can set it). Throws {@link Problem}. */
export async function post(path: string, body?: unknown): Promise<void> {
  await change('POST', path, body);
}

/** As {@link post}, and reads the answer. @param waitMs for what asks a shop in turn, which may be slow. */
export async function postForJson<View>(path: string, body: unknown, waitMs?: number): Promise<View> {
  return (await (await change('POST', path, body, {}, waitMs)).json()) as View;
}

/** PATCH, as {@link post}. */
export async function patch(path: string, body: unknown): Promise<void> {
  await change('PATCH', path, body);
}

/** As {@link patch}, and reads the answer. */
export async function patchForJson<View>(path: string, body: unknown): Promise<View> {
  return (await (await change('PATCH', path, body)).json()) as View;
}

/** PUT, as {@link post}. */
export async function put(path: string, body: unknown): Promise<void> {
  await change('PUT', path, body);
}

/** As {@link put}, and reads the answer. */
export async function putForJson<View>(path: string, body: unknown): Promise<View> {
  return (await (await change('PUT', path, body)).json()) as View;
}

/** DELETE, as {@link post}. */
export async function remove(path: string, query: Query = {}): Promise<void> {
  await change('DELETE', path, undefined, query);
}

async function change(
  method: string,
  path: string,
  body?: unknown,
  query?: Query,
  waitMs?: number,
): Promise<Response> {
  const init = {
    method,
    headers: { ...pageHeaders, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
  const response = await ask(addressOf(path, query), init, waitMs);
  if (!response.ok) throw await problemOf(response);
  return response;
}
