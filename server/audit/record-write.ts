/** Puts a write of the API into the audit log: before it is done, and how it ended. */
import { personByEmail } from '#runtime/accounts/person-model.ts';
import type { Database } from '#runtime/database/open-database.ts';
import { HOME_AGENCY } from '#runtime/ids.ts';
import type { Asker, Route } from '../api/route.ts';
import { recordOf } from '../auth/principal.ts';
import type { Sessions, Tokens } from '../auth/sessions.ts';
import type { Log } from '../log.ts';
import { Problem } from '../problem.ts';
import type { AuditBeginning, AuditEnd, AuditLog } from './audit-log.ts';
import { withoutSecrets } from './without-secrets.ts';

/** One request, as far as the log tells of it. */
export interface AuditedRequest {
  readonly route: Route;
  readonly asker: Asker;
  readonly body: unknown;
  readonly from: Pick<AuditBeginning, 'target' | 'address' | 'device' | 'requestId'>;
  /** What the request is about, as it is now; null: there is no such thing, or the route does not say. */
  readonly was: () => Promise<unknown>;
  /** What came of it, by what is answered; null: `was` tells. */
  readonly became: ((answer: unknown) => Promise<unknown>) | null;
}

export interface Recorder {
  readonly audit: AuditLog;
  readonly sessions: Pick<Sessions, 'principal'>;
  readonly database: Pick<Database, 'models'>;
  readonly log: Log;
}

/**
 * Does the work, with an entry around it; where somebody signs in, it is written when it is known who.
 * @throws whatever `work` throws, and when the log can't be written: then nothing was done.
 */
export async function recordWrite<Result>(
  recorder: Recorder,
  request: AuditedRequest,
  work: (asker: Asker) => Promise<Result>,
): Promise<Result> {
  if (request.asker.principal === null) return await recordStranger(recorder, request, work);
  const id = await recorder.audit.begin(beginningOf(request, await stateOf(request)));
  try {
    const result = await work(request.asker);
    const { became } = request;
    const after = became ? await told(() => became(result)) : await stateOf(request);
    await recorder.audit.end(id, { outcome: 'done', reason: null, after });
    return result;
  } catch (error) {
    await recorder.audit.end(id, failureOf(error));
    throw error;
  }
}

/** Who is not signed in can do one thing only: sign in, or fail to. */
async function recordStranger<Result>(
  { audit, sessions, database: { models }, log }: Recorder,
  request: AuditedRequest,
  work: (asker: Asker) => Promise<Result>,
): Promise<Result> {
  const { asker } = request;
  let opened: Tokens | undefined;
  const watched: Asker =
    'visit' in asker
      ? {
          ...asker,
          visit: {
            ...asker.visit,
            signIn: (tokens) => {
              opened = tokens;
              asker.visit.signIn(tokens);
            },
          },
        }
      : asker;
  const note = async (agencyId: AuditBeginning['agencyId'], by: string, end: AuditEnd) =>
    await audit.note({ ...beginningOf(request, null), agencyId, by }, end);
  try {
    const result = await work(watched);
    const principal = opened ? await sessions.principal(opened.sessionId) : null;
    if (principal)
      await note(principal.agencyId, principal.by, { outcome: 'done', reason: null, after: null });
    return result;
  } catch (error) {
    // Not waited for: an answer that takes longer would tell that there is such an account.
    void (async () => {
      const email = emailIn(request.body);
      const person = email === null ? null : await personByEmail(models, email);
      if (person) await note(person.agencyId, recordOf('person', person._id, person.name), failureOf(error));
    })().catch((failed: unknown) => log.error({ err: failed }, 'a failed sign-in could not be recorded'));
    throw error;
  }
}

function beginningOf({ route, asker, body, from }: AuditedRequest, before: unknown): AuditBeginning {
  return {
    // A stranger's agency is known when they are: see recordStranger.
    agencyId: asker.principal?.agencyId ?? HOME_AGENCY,
    clientId: 'clientId' in asker ? asker.clientId : null,
    by: asker.principal?.by ?? 'nobody',
    action: `${route.method} ${route.path}`,
    summary: route.summary,
    sent: body === undefined ? null : withoutSecrets(route.auditedBody(body)),
    before,
    ...from,
  };
}

/** What can't be found is not there; that the request fails by it is for the route to say. */
async function stateOf({ was }: AuditedRequest): Promise<unknown> {
  return await told(was);
}

async function told(state: () => Promise<unknown>): Promise<unknown> {
  return withoutSecrets(await state().catch(() => null));
}

function failureOf(error: unknown): AuditEnd {
  if (error instanceof Problem) return { outcome: 'refused', reason: error.title, after: null };
  return { outcome: 'failed', reason: 'Something went wrong on our side', after: null };
}

function emailIn(body: unknown): string | null {
  const email = typeof body === 'object' && body !== null && 'email' in body ? body.email : null;
  return typeof email === 'string' ? email : null;
}
