/** A link for a new password by email, for who can't sign in: without a word on who has an account here. */
import { z } from 'zod';
import { Email, personByEmail } from '#runtime/accounts/person-model.ts';
import { type Counted, countedFor } from '../../auth/attempts.ts';
import { recordOf } from '../../auth/principal.ts';
import { networkOf } from '../../auth/sign-in.ts';
import type { AccountMail } from '../../mail/account-mail.ts';
import { resetLetter } from '../../mail/letters.ts';
import { Problem } from '../../problem.ts';
import type { ApiOptions } from '../client-context.ts';
import { openRoute, type Route, type Visit } from '../route.ts';
import { Nothing } from '../views.ts';
import { waitFor } from './signing-in.ts';

const Forgotten = z.strictObject({ email: Email });
const METHOD = 'post';
const PATH = '/password-resets';
const SUMMARY = 'Sends a link for a new password to this address, if somebody has an account with it';
const HOUR_MS = 3_600_000;

export function forgottenPasswordRoutes({ database, auth, mail, publicUrl, log }: ApiOptions): Route[] {
  const { attempts, audit, links } = auth;

  const ask = openRoute({
    method: METHOD,
    path: PATH,
    summary: SUMMARY,
    body: Forgotten,
    answer: Nothing,
    status: 202,
    run: async ({ body: { email }, visit }) => {
      if (!mail) {
        throw new Problem(
          409,
          'No mail server',
          'SyncFlow has no mail server here, so nothing was sent. Ask an owner or admin of your agency for a link.',
        );
      }
      const waitMs = await attempts.begin(countedBy(email, networkOf(visit.address)));
      if (waitMs > 0) throw waitFor(waitMs);
      // Not waited for: how long it takes would tell whether there is such an account.
      send(mail, email, visit).catch((error: unknown) =>
        log.error({ err: error }, 'a link for a new password was not made'),
      );
      return {};
    },
  });

  async function send(by: AccountMail, asked: string, visit: Visit): Promise<void> {
    const person = await personByEmail(database.models, asked);
    if (!person) return;
    const { agencyId, _id: personId, name, email } = person;
    const { token } = await links.make('reset', { agencyId, personId, createdBy: 'sign-in page' });
    const url = `${publicUrl()}/password?token=${token}`;
    const trouble = await by.send(resetLetter({ email, name, url, asked: 'at-sign-in' }));
    if (trouble !== null) log.error({ trouble }, 'a link for a new password could not be sent');
    const { address, device, requestId } = visit;
    await audit.note(
      {
        agencyId,
        clientId: null,
        by: recordOf('person', personId, name),
        action: `${METHOD} ${PATH}`,
        summary: SUMMARY,
        target: PATH,
        sent: null,
        before: null,
        device,
        address,
        requestId,
      },
      { outcome: trouble === null ? 'done' : 'failed', reason: trouble, after: null },
    );
  }

  return [ask];
}

/** Nobody's mailbox is filled from here, and nobody asks for address after address. */
function countedBy(email: string, network: string): Counted[] {
  return [
    { key: `new password of ${email}`, free: 5, waitMsMax: HOUR_MS },
    ...countedFor('new passwords', network).slice(0, 1),
  ];
}
