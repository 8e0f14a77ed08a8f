import type { ClientRow, MemberRow } from '#server/api/views.ts';
import { settings as settingsTexts } from '../../texts/settings.ts';
import { texts } from '../../texts.ts';
import { ClientsField } from './clients-field.tsx';

type Role = MemberRow['role'];
const words = settingsTexts;
const roles = Object.keys(texts.account.roles) as readonly Role[];
const allOnly: ReadonlySet<Role> = new Set(['owner', 'admin']);

/** What a member may, and of which clients; null: of all. */
export interface Membership {
  readonly role: Role;
  readonly clients: readonly string[] | null;
}

/** Whether it can be saved so: a merchant sees named clients only, and nobody sees none. */
export const isWhole = ({ role, clients }: Membership): boolean =>
  clients === null ? role !== 'merchant' : clients.length > 0;

/** Role and clients, each role with what it may. */
export function MemberFields({
  value,
  owner,
  clients,
  onChange,
}: {
  value: Membership;
  /** Only owners make owners. */
  owner: boolean;
  clients: readonly ClientRow[];
  onChange: (value: Membership) => void;
}) {
  function choose(role: Role): void {
    if (allOnly.has(role)) onChange({ role, clients: null });
    else onChange({ role, clients: role === 'merchant' ? (value.clients ?? []) : value.clients });
  }
  return (
    <>
      <fieldset>
        <legend className="mb-1 text-sm font-medium">{words.members.role}</legend>
        {roles
          .filter((role) => owner || role !== 'owner')
          .map((role) => (
            <label key={role} className="flex cursor-pointer gap-3 rounded-lg py-1.5">
              <input
                type="radio"
                name="role"
                checked={value.role === role}
                onChange={() => choose(role)}
                className="mt-1 size-4 shrink-0 accent-accent"
              />
              <span>
                <span className="font-medium">{texts.account.roles[role]}</span>
                <span className="block text-sm text-pretty text-quiet">{texts.account.roleAbouts[role]}</span>
              </span>
            </label>
          ))}
      </fieldset>
      {!allOnly.has(value.role) && (
        <ClientsField
          value={value.clients}
          allowAll={value.role !== 'merchant'}
          clients={clients}
          onChange={(chosen) => onChange({ ...value, clients: chosen })}
        />
      )}
    </>
  );
}
