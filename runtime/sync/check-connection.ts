/** Looks at a connection as a whole and keeps what was found, for the page. */
import { Rejected } from '../errors.ts';
import type { ChannelClient } from './channel.ts';
import type { ConnectionFinding } from './connection-finding.ts';
import type { ConnectionHealth } from './connection-health.ts';

/**
 * What stands in the way now: what the channel's own look finds, and what keeps the look itself from being made.
 * @throws {Retryable} when the channel could not be asked: what was found before stands.
 */
export async function checkConnection(
  client: Pick<ChannelClient, 'check'>,
  health: Pick<ConnectionHealth, 'checked' | 'failed'>,
): Promise<readonly ConnectionFinding[]> {
  if (!client.check) return [];
  try {
    const findings = await client.check();
    await health.checked(findings);
    return findings;
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    await health.failed(error);
    return [findingOf(error)];
  }
}

/** Trouble with the whole connection, as a finding. */
export function findingOf({ code, message, fix, action }: Rejected): ConnectionFinding {
  return { code, tone: 'bad', reason: message, fix, action: action ?? 'look-again' };
}
