/** Every place in the database where sealed secrets lie: what an exchange of keys must go through. A test holds the list to what is there. */

export interface SealedField {
  readonly collection: string;
  /** With dots where it lies deeper. */
  readonly field: string;
  /** For whom the secret of a document is sealed. */
  readonly ownerOf: (id: string) => string;
}

const itself = (id: string): string => id;

export const SEALED_FIELDS: readonly SealedField[] = [
  { collection: 'connections', field: 'secret', ownerOf: itself },
  { collection: 'hook-addresses', field: 'secret', ownerOf: itself },
  { collection: 'keys', field: 'secret', ownerOf: itself },
  { collection: 'consents', field: 'sealed', ownerOf: itself },
  { collection: 'installation-secrets', field: 'sealed', ownerOf: itself },
  { collection: 'people', field: 'totp.sealed', ownerOf: totpOwner },
  { collection: 'idempotency', field: 'answer', ownerOf: itself },
];

/** What a person's second factor is sealed for. */
export function totpOwner(personId: string): string {
  return `person:${personId}:totp`;
}
