/** Addresses that want no more messages from a client: kept here too, so that nothing is sent that a service would refuse. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, ConnectionId } from '../ids.ts';

export interface OptOutDocument {
  /** `<connection>/<address>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly connectionId: ConnectionId;
  /** A phone number in E.164, as the service writes it. */
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

  async remove(address: string): Promise<void> {
    await this.#all.deleteOne({ _id: this.#idOf(address) });
  }

  #idOf(address: string): string {
    return `${this.#connectionId}/${address}`;
  }
}
