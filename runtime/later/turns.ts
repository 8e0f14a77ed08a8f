/** Turns of messages of a group: so and so many within any period, the rest later or not at all. */
import type { Db } from 'mongodb';
import { batchCalls } from '../batch-calls.ts';
import { ClientCollection } from '../database/client-collection.ts';
import { Rejected, Retryable } from '../errors.ts';
import type { ClientId } from '../ids.ts';
import { Decisions, keptUntil } from './decisions.ts';

interface Slot {
  readonly key: string;
  readonly at: Date;
}

interface TurnDocument {
  /** See `groupIdOf`. */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly version: number;
  /** The newest turns, oldest first: as many as fit into one period. */
  readonly slots: readonly Slot[];
  readonly expiresAt: Date;
}

export interface TurnRequest {
  readonly groupId: string;
  readonly key: string;
  readonly many: number;
  readonly periodMs: number;
  readonly over: 'wait' | 'drop';
  /** It got none: told once. */
  readonly dropped: () => void;
}

type Turn = 'now' | 'none' | Date;

const TOGETHER_MAX = 200;
const WRITES_MAX = 20;
/** A turn later than that is no turn any more: more comes in than may ever go out. */
const AHEAD_MS_MAX = 30 * 86_400_000;

export class Turns {
  readonly #turns: ClientCollection<TurnDocument>;
  readonly #decisions: Decisions;
  readonly #clientId: ClientId;
  /** One after another: many messages of one group come at one moment. */
  readonly #taken: (request: TurnRequest) => Promise<Turn>;

  constructor(db: Db, clientId: ClientId) {
    this.#turns = new ClientCollection(db, 'turns', clientId);
    this.#decisions = new Decisions(db, clientId);
    this.#clientId = clientId;
    this.#taken = batchCalls(
      async (requests) => {
        const turns: Turn[] = [];
        for (const request of requests) turns.push(await this.#take(request));
        return turns;
      },
      TOGETHER_MAX,
      1,
    );
  }

  /**
   * The same answer at every try.
   * @throws {Rejected} when the turn would be more than 30 days away.
   */
  async take(request: TurnRequest): Promise<Turn> {
    const known = await this.#decisions.of(request.key);
    return known === null ? await this.#taken(request) : (known as Turn);
  }

  async #take(request: TurnRequest): Promise<Turn> {
    const { groupId, key } = request;
    for (let write = 0; write < WRITES_MAX; write += 1) {
      const found = await this.#turns.findOne({ _id: groupId });
      const now = new Date();
      const at =
        found?.slots.find((slot) => slot.key === key)?.at ?? nextAt(found?.slots ?? [], request, now);
      if (at > now && request.over === 'drop') return await this.#drop(request);
      if (at.getTime() - now.getTime() > AHEAD_MS_MAX) throw overrun(request);
      if (await this.#write(found, request, { key, at })) {
        const turn = at > now ? at : 'now';
        await this.#decisions.keep(key, turn);
        return turn;
      }
    }
    throw new Retryable('Another process took all turns at this node at the same moment.');
  }

  async #write(found: TurnDocument | null, { groupId, many }: TurnRequest, slot: Slot): Promise<boolean> {
    const kept = (found?.slots ?? []).filter(({ key }) => key !== slot.key);
    const slots = [...kept, slot].sort((a, b) => a.at.getTime() - b.at.getTime()).slice(-many);
    const content = { slots, expiresAt: keptUntil() };
    if (!found) {
      const opening = { _id: groupId, clientId: this.#clientId, version: 1, ...content };
      return await this.#turns.insertIfAbsent(opening);
    }
    const written = await this.#turns.updateOne(
      { _id: groupId, version: found.version },
      { $set: content, $inc: { version: 1 } },
    );
    return written.matchedCount === 1;
  }

  /** Decided first, then counted: a crash in between leaves one uncounted, and counts none twice. */
  async #drop({ key, dropped }: TurnRequest): Promise<'none'> {
    if (await this.#decisions.keep(key, 'none')) dropped();
    return 'none';
  }
}

/** The first moment at which no period holds more than `many`. */
function nextAt(slots: readonly Slot[], { many, periodMs }: TurnRequest, now: Date): Date {
  const full = slots.at(-many);
  return new Date(Math.max(now.getTime(), full ? full.at.getTime() + periodMs : 0));
}

function overrun({ many, periodMs }: TurnRequest): Rejected {
  return new Rejected(
    `More than 30 days of messages wait for their turn (${many} in ${Math.round(periodMs / 1_000)} s).`,
    { fix: 'Let more pass at this node, or drop what is over.' },
  );
}
