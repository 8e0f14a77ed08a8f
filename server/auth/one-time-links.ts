/** Links that let somebody in once: invitations, and new passwords. */
import type { Collection } from 'mongodb';
import type { PersonDocument, Role } from '#runtime/accounts/person-model.ts';
import type { Database } from '#runtime/database/open-database.ts';
import type { AgencyId, ClientId, PersonId } from '#runtime/ids.ts';
import { hashOfToken, newSecretToken } from './secret-token.ts';

interface LinkDocument {
  /** SHA-256 of the token. */
  readonly _id: string;
  readonly agencyId: AgencyId;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date;
}

export interface InvitationDocument extends LinkDocument {
  readonly kind: 'invitation';
  readonly email: string;
  readonly role: Role;
  readonly clients: readonly ClientId[] | null;
}

export interface ResetDocument extends LinkDocument {
  readonly kind: 'reset';
  readonly personId: PersonId;
}

export type OneTimeLink = InvitationDocument | ResetDocument;
type Kind = OneTimeLink['kind'];
type OfKind<K extends Kind> = Extract<OneTimeLink, { readonly kind: K }>;
type Content<K extends Kind> = Omit<OfKind<K>, '_id' | 'createdAt' | 'expiresAt' | 'kind'>;

const HOUR_MS = 3_600_000;
const LIVES_MS: Readonly<Record<Kind, number>> = { invitation: 7 * 24 * HOUR_MS, reset: HOUR_MS };

export class OneTimeLinks {
  readonly #links: Collection<OneTimeLink>;

  constructor({ db }: Database) {
    this.#links = db.collection<OneTimeLink>('one-time-links');
  }

  async make<K extends Kind>(
    kind: K,
    content: Content<K>,
  ): Promise<{ readonly token: string; readonly link: OfKind<K> }> {
    const token = newSecretToken();
    const now = Date.now();
    const link = {
      ...content,
      kind,
      _id: hashOfToken(token),
      createdAt: new Date(now),
      expiresAt: new Date(now + LIVES_MS[kind]),
    } as unknown as OfKind<K>;
    await this.#links.insertOne(link as OneTimeLink as never);
    return { token, link };
  }

  /** Looks at a link without using it up. */
  async find<K extends Kind>(kind: K, token: string): Promise<OfKind<K> | null> {
    return (await this.#links.findOne(this.#open(kind, token))) as OfKind<K> | null;
  }

  /** Uses a link up: of several at once, one gets it. */
  async take<K extends Kind>(kind: K, token: string): Promise<OfKind<K> | null> {
    return (await this.#links.findOneAndDelete(this.#open(kind, token))) as OfKind<K> | null;
  }

  /** Ends a person's links for a new password, before they have one: what was made for the old one sets no other. */
  async endResets({ agencyId, _id }: Pick<PersonDocument, 'agencyId' | '_id'>): Promise<void> {
    await this.#links.deleteMany({ agencyId, kind: 'reset', personId: _id });
  }

  /** An agency's open invitations, oldest first. */
  async invitations(agencyId: AgencyId, max: number): Promise<InvitationDocument[]> {
    return (await this.#links
      .find({ agencyId, kind: 'invitation', expiresAt: { $gt: new Date() } })
      .sort({ createdAt: 1, _id: 1 })
      .limit(max)
      .toArray()) as InvitationDocument[];
  }

  /** @param id what `invitations` called it. */
  async withdraw(agencyId: AgencyId, id: string): Promise<InvitationDocument | null> {
    return (await this.#links.findOneAndDelete({
      _id: id,
      agencyId,
      kind: 'invitation',
    })) as InvitationDocument | null;
  }

  #open(kind: Kind, token: string) {
    return { _id: hashOfToken(token), kind, expiresAt: { $gt: new Date() } };
  }
}
