/** Puts a consent that is answered into the audit log: before it becomes a connection, and how it ended. */
import { clientById } from '#runtime/clients/client-model.ts';
import type { AroundConsent } from '#runtime/connecting/by-consent.ts';
import { Rejected, Retryable } from '#runtime/errors.ts';
import { HOME_AGENCY } from '#runtime/ids.ts';
import type { ApiOptions } from '../api/client-context.ts';
import type { AuditBeginning } from '../audit/audit-log.ts';
import { withoutSecrets } from '../audit/without-secrets.ts';
import type { Principal } from '../auth/principal.ts';
import { auditedConnection } from './audited-connection.ts';

/** What brought the answer. */
export interface ConsentRequest
  extends Pick<AuditBeginning, 'action' | 'target' | 'address' | 'device' | 'requestId'> {
  /** Whoever's browser it was, if they may connect something; null: a shop's server, or somebody else. */
  readonly principal: Principal | null;
}

/**
 * Answers that nobody waits for are no business of any agency, and never come here. Where no member's browser brought the
 * answer, the entry names who asked for it.
 */
export function recordConsent(
  options: Pick<ApiOptions, 'auth' | 'database' | 'channels'>,
  { principal, ...from }: ConsentRequest,
): AroundConsent {
  const { audit } = options.auth;
  return async ({ clientId, askedBy, id, channel, way, name, again }, work) => {
    const agencyId = (await clientById(options.database.models, clientId))?.agencyId ?? HOME_AGENCY;
    const entry = await audit.begin({
      ...from,
      agencyId,
      clientId,
      by: principal?.agencyId === agencyId ? principal.by : askedBy,
      summary: 'Connects a channel or service by a consent, or renews the keys of a connection',
      sent: withoutSecrets({ channel, way, name, again, consent: id }),
      before: withoutSecrets(await auditedConnection(options, clientId, again)),
    });
    try {
      const finished = await work();
      const after = await auditedConnection(options, clientId, finished.connectionId);
      await audit.end(entry, { outcome: 'done', reason: null, after: withoutSecrets(after) });
      return finished;
    } catch (error) {
      await audit.end(entry, { ...endOf(error), after: null });
      throw error;
    }
  };
}

function endOf(error: unknown) {
  if (error instanceof Rejected) return { outcome: 'refused' as const, reason: error.message };
  if (error instanceof Retryable) return { outcome: 'failed' as const, reason: error.message };
  return { outcome: 'failed' as const, reason: 'Something went wrong on our side' };
}
