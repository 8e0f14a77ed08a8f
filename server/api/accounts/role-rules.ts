/** Who may give which role. */
import type { Role } from '#runtime/accounts/person-model.ts';
import type { ClientId } from '#runtime/ids.ts';
import type { Principal } from '../../auth/principal.ts';
import { Problem } from '../../problem.ts';

/** @throws {Problem} 400 or 403 when the role can't be given so, or not by this one. */
export function mustBeAllowedToGive(
  { permissions }: Pick<Principal, 'permissions'>,
  role: Role,
  clients: readonly ClientId[] | null,
): void {
  if (role === 'owner' && !permissions.has('own')) {
    throw new Problem(403, 'Not allowed', 'Only an owner can make an owner. Nothing was changed.');
  }
  if (role === 'merchant' && clients === null) {
    throw new Problem(
      400,
      'Which client?',
      'A merchant sees named clients only: name at least one. Nothing was changed.',
    );
  }
  if ((role === 'owner' || role === 'admin') && clients !== null) {
    throw new Problem(
      400,
      'Not possible',
      'Owners and admins look after the whole agency: they can’t be kept to some clients. Nothing was changed.',
    );
  }
}
