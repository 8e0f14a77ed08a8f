/** What every reading of a service's hook needs. */
import type { HookReading } from '#runtime/clients/service.ts';

/** The body as JSON; null when it is none. Not checked: whoever reads it does. */
export function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}

export const refusedHook = (status: 400 | 403, reason: string): HookReading => ({
  kind: 'refused',
  status,
  reason,
});
