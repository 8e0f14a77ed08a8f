/** Whoever asks: a person, somebody at the terminal, or a program with a key. What they may is decided here, once. */
import type { AgencyId, ClientId, PersonId } from '#runtime/ids.ts';
import type { Permission } from './permissions.ts';

export interface Principal {
  readonly kind: 'person' | 'terminal' | 'key';
  /** For the record: `person:<id>:<name as it was>`, or `key:<id>:<name>`. See {@link recordOf}. */
  readonly by: string;
  readonly name: string;
  readonly personId: PersonId | null;
  /** The session that they came by; null for a key. */
  readonly sessionId: string | null;
  readonly agencyId: AgencyId;
  readonly permissions: ReadonlySet<Permission>;
  /** null: all clients of the agency. */
  readonly clients: ReadonlySet<ClientId> | null;
}

const NAME_CHARACTERS_MAX = 40;

/** Whoever came by the link of the terminal. */
export const TERMINAL_NAME = 'Somebody at the terminal';

/** Who did something, to be kept with what they did: readable when they are long gone. */
export function recordOf(kind: 'person' | 'key', id: string, name: string): string {
  return `${kind}:${id}:${name.slice(0, NAME_CHARACTERS_MAX)}`;
}

/** Whether a client of the principal's own agency is one of theirs. */
export function mayReach({ clients }: Principal, clientId: ClientId): boolean {
  return clients === null || clients.has(clientId);
}

/** For the record: whoever came by the link of the terminal. */
export const TERMINAL = recordOf('person', 'terminal', TERMINAL_NAME);
