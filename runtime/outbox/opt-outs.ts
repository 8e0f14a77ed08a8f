/** Addresses that want no more messages from a client: kept here too, so that nothing is sent that a service would refuse. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, ConnectionId } from '../ids.ts';

export interface OptOutDocument {
  /** `<connection>/<address>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly connectionId: ConnectionId;
  /** A phone number in E.164, as the service writes it, or an email address in small letters. */
  readonly address: string;
  readonly at: Date;
}

/** The opt-outs of one connection: whoever stops one sender still hears from another. */
export class OptOuts {
  readonly #all: ClientCollection<OptOutDocument>;
  readonly #clientId: ClientId;
  readonly #connectionId: ConnectionId;

  constructor(db: Db, clientId: ClientId, connectionId: ConnectionId) {
    this.#all = new ClientCollection(db, 'opt-outs', clientId);
    this.#clientId = clientId;
    this.#connectionId = connectionId;
  }

  async has(address: string): Promise<boolean> {
    return (await this.#all.findOne({ _id: this.#idOf(address) })) !== null;
  }

  async add(address: string): Promise<void> {
    const [clientId, connectionId] = [this.#clientId, this.#connectionId];
    await this.#all.insertIfAbsent({
      _id: this.#idOf(address),
      clientId,
      connectionId,
      address,
      at: new Date(),
    });
  }

  /** @returns false: it wanted messages all along. */
  async remove(address: string): Promise<boolean> {
    return await this.#all.deleteOne({ _id: this.#idOf(address) });
  }

  async count(): Promise<number> {
    return await this.#all.count({ connectionId: this.#connectionId });
  }

  /** The newest first. */
  async newest(limit: number): Promise<Pick<OptOutDocument, 'address' | 'at'>[]> {
    return await this.#all
      .find({ connectionId: this.#connectionId })
      .sort({ at: -1, _id: 1 })
      .limit(limit)
      .toArray();
  }

  #idOf(address: string): string {
    return `${this.#connectionId}/${address}`;
  }
}
