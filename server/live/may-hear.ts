/** Which client's live updates somebody may hear. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Database } from '#runtime/database/open-database.ts';
import type { ClientId } from '#runtime/ids.ts';
import { clientFor } from '../api/admission.ts';
import { type Auth, principalOf } from '../auth/auth.ts';
import { mayReach, type Principal } from '../auth/principal.ts';
import { Problem } from '../problem.ts';

export interface Heard {
  readonly clientId: ClientId;
  readonly sessionId: string;
  readonly name: string;
  /** Whether they may look at flows. */
  readonly seesFlows: boolean;
  readonly stillMay: (principal: Principal) => boolean;
}

/** null: nothing. The same rule as for what the API shows of a client. */
export async function mayHear(
  { auth, database }: { readonly auth: Auth; readonly database: Database },
  headers: IncomingHttpHeaders,
  client: ClientId | undefined,
): Promise<Heard | null> {
  const principal = await principalOf(auth, { headers }, '');
  if (!principal?.sessionId || !principal.permissions.has('see')) return null;
  const seesFlows = principal.permissions.has('inspect');
  try {
    const clientId = await clientFor(database, principal, client);
    return {
      clientId,
      sessionId: principal.sessionId,
      name: principal.name,
      seesFlows,
      // Whose view of flows has changed, begins anew: with what they may hear now.
      stillMay: (now) =>
        now.permissions.has('see') && now.permissions.has('inspect') === seesFlows && mayReach(now, clientId),
    };
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}
