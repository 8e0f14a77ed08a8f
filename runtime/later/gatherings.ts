/** Messages that wait for others. A gathering is one document, changed by its version alone, so no part is lost or counted twice. */
import { Binary, type Db } from 'mongodb';
import { batchCalls } from '../batch-calls.ts';
import { ClientCollection } from '../database/client-collection.ts';
import { Rejected, Retryable } from '../errors.ts';
import { acceptEvent } from '../events/inbox.ts';
import type { ClientId, PipelineId } from '../ids.ts';
import { type Call, continuedBody } from './continued.ts';
import { fromDatedJson } from './dated-json.ts';
import { keptUntil } from './decisions.ts';
import type { Address, Part } from './later-effects.ts';

interface PartDocument {
  readonly _id: string;
  readonly clientId: ClientId;
  /** Emptied when it has gone on; what stays tells a repetition. */
  readonly body: Binary;
  /** The first part of those with which it went on; null: it waits. */
  readonly wentWith: string | null;
  readonly expiresAt: Date | null;
}

/** Parts that go on together, until the inbox has them. */
interface Closing {
  readonly parts: readonly string[];
  readonly isWhole: boolean;
}

interface GatheringDocument {
  /** See `groupIdOf`. */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly pipelineId: PipelineId;
  readonly nodeId: string;
  readonly version: number;
  readonly group: string | null;
  readonly count: number;
  readonly whole: string;
  readonly incomplete: string;
  readonly part: Part | null;
  readonly call: Call | null;
  /** Milliseconds that the first of them waits for the others. */
  readonly waitMs: number;
  /** Ids of the parts that wait. */
  readonly open: readonly string[];
  readonly closing: Closing | null;
  /** When the clock has to look at it. */
  readonly dueAt: Date;
}

export interface GatherRequest {
  readonly id: string;
  readonly to: Address;
  readonly partId: string;
  readonly body: Buffer;
  readonly about: Pick<
    GatheringDocument,
    'group' | 'count' | 'whole' | 'incomplete' | 'part' | 'call' | 'waitMs'
  >;
}

const TOGETHER_MAX = 500;
const WRITES_MAX = 20;
/** Of all items of one gathering: together they become one event, which is one document. */
const BYTES_MAX = 12_000_000;

export class Gatherings {
  readonly #db: Db;
  readonly #clientId: ClientId;
  readonly #parts: ClientCollection<PartDocument>;
  readonly #gatherings: ClientCollection<GatheringDocument>;
  /** Those of one gathering come at one moment as a rule: they are taken in few writes, one after another. */
  readonly #added: (request: GatherRequest) => Promise<void>;

  constructor(db: Db, clientId: ClientId) {
    this.#db = db;
    this.#clientId = clientId;
    this.#parts = new ClientCollection(db, 'parts', clientId);
    this.#gatherings = new ClientCollection(db, 'gatherings', clientId);
    this.#added = batchCalls(
      async (requests) => {
        await this.#keep(requests);
        for (const [id, ofOne] of Map.groupBy(requests, (request) => request.id)) await this.#take(id, ofOne);
        return requests.map(() => undefined);
      },
      TOGETHER_MAX,
      1,
    );
  }

  /**
   * Adds a part, once for each id. On disk when this has answered.
   * @throws {Rejected} when it is so large that all of them would not fit into one message.
   */
  async add(request: GatherRequest): Promise<void> {
    const bytesMax = BYTES_MAX / request.about.count;
    if (request.body.length > bytesMax) {
      throw new Rejected(
        `A message of ${request.body.length} bytes is too large to be joined with so many.`,
        {
          code: 'item.shape',
          fix: `Join fewer, or keep only the fields that are needed: ${Math.floor(bytesMax)} bytes each.`,
        },
      );
    }
    await this.#added(request);
  }

  /** Lets go on what waited long enough, and what a crash kept from going on. @returns how many gatherings. */
  async release(now: Date, pipelines: readonly PipelineId[]): Promise<number> {
    const due = await this.#gatherings
      .find({ dueAt: { $lte: now }, pipelineId: { $in: [...pipelines] } })
      .sort({ dueAt: 1 })
      .limit(TOGETHER_MAX)
      .toArray();
    for (const gathering of due) {
      if (gathering.closing) await this.#close(gathering);
      else {
        const closing = { parts: gathering.open, isWhole: false };
        const closed = await this.#write(gathering, { open: [], closing, dueAt: now });
        if (closed) await this.#close(closed);
      }
    }
    return due.length;
  }

  /** When the next of these flows is due; null: nothing waits. */
  async nextAt(pipelines: readonly PipelineId[]): Promise<Date | null> {
    if (pipelines.length === 0) return null;
    const [next] = await this.#gatherings
      .find({ pipelineId: { $in: [...pipelines] } }, { projection: { dueAt: 1 } })
      .sort({ dueAt: 1 })
      .limit(1)
      .toArray();
    return next?.dueAt ?? null;
  }

  async #keep(requests: readonly GatherRequest[]): Promise<void> {
    await this.#parts.insertAbsent(
      requests.map(({ partId, body }) => ({
        _id: partId,
        clientId: this.#clientId,
        body: new Binary(body),
        wentWith: null,
        expiresAt: null,
      })),
    );
  }

  /** Puts the parts into their gathering, and lets it go on as often as it is whole. */
  async #take(id: string, requests: readonly GatherRequest[]): Promise<void> {
    const partIds = requests.map(({ partId }) => partId);
    for (let write = 0; write < WRITES_MAX + requests.length; write += 1) {
      const found = await this.#gatherings.findOne({ _id: id });
      if (found?.closing) {
        await this.#close(found);
        continue;
      }
      const gone = await this.#parts
        .find({ _id: { $in: partIds }, wentWith: { $ne: null } }, { projection: { _id: 1 } })
        .toArray();
      const passed = new Set(gone.map(({ _id }) => _id));
      const open = [...new Set([...(found?.open ?? []), ...partIds.filter((part) => !passed.has(part))])];
      const { count } = requests[0]?.about ?? { count: 0 };
      if (open.length === (found?.open.length ?? 0) && open.length < count) return;
      const changed = await this.#advance(found, requests, open, count);
      if (changed?.closing) await this.#close(changed);
      else if (changed) return;
    }
    throw new Retryable('Another process worked at this join at the same moment.');
  }

  async #advance(
    found: GatheringDocument | null,
    [first]: readonly GatherRequest[],
    open: readonly string[],
    count: number,
  ): Promise<GatheringDocument | null> {
    if (!first) return null;
    const now = Date.now();
    const isWhole = open.length >= count;
    const state = {
      ...first.about,
      open: isWhole ? open.slice(count) : open,
      closing: isWhole ? { parts: open.slice(0, count), isWhole: true } : null,
      // What is closing is looked at by the clock at once, should this process die now.
      dueAt: isWhole ? new Date(now) : (found?.dueAt ?? new Date(now + first.about.waitMs)),
    };
    if (found) return await this.#write(found, state);
    const opened = { _id: first.id, clientId: this.#clientId, ...first.to, version: 1, ...state };
    return (await this.#gatherings.insertIfAbsent(opened)) ? opened : null;
  }

  /** Gives the inbox what goes on together, then marks its parts, then forgets it: again from the start after a crash. */
  async #close(gathering: GatheringDocument): Promise<void> {
    const { _id, pipelineId, nodeId, group, count, part, call, closing } = gathering;
    const [first] = closing?.parts ?? [];
    if (!closing || first === undefined) return await this.#forget(gathering);
    // Ids of parts of a split are in their order.
    const items = await this.#itemsOf(group === null ? [...closing.parts].sort() : closing.parts);
    const output = closing.isWhole ? gathering.whole : gathering.incomplete;
    const joined = {
      ...(group !== null && { group }),
      count: items.length,
      ...(!closing.isWhole && { expected: count }),
      items,
    };
    await acceptEvent(this.#db, {
      clientId: this.#clientId,
      source: 'syncflow',
      topic: 'flow.continued',
      dedupeKey: `join:${first}`,
      partition: _id,
      body: continuedBody({ output, items: [joined], part, call }),
      to: { pipelineId, nodeId },
    });
    await this.#parts.updateMany(
      { _id: { $in: [...closing.parts] } },
      { $set: { wentWith: first, body: new Binary(Buffer.alloc(0)), expiresAt: keptUntil() } },
    );
    await this.#forget(gathering);
  }

  /** Those that wait on begin a time of their own. */
  async #forget(gathering: GatheringDocument): Promise<void> {
    const { _id, version, open } = gathering;
    if (open.length === 0) await this.#gatherings.deleteOne({ _id, version });
    else await this.#write(gathering, { closing: null, dueAt: new Date(Date.now() + gathering.waitMs) });
  }

  async #itemsOf(ids: readonly string[]): Promise<unknown[]> {
    const parts = await this.#parts.find({ _id: { $in: [...ids] } }).toArray();
    const bodies = new Map(parts.map(({ _id, body }) => [_id, Buffer.from(body.value())]));
    return ids.flatMap((id) => {
      const body = bodies.get(id);
      return body && body.length > 0 ? [fromDatedJson(body)] : [];
    });
  }

  /** @returns the gathering as it is now; null when somebody else changed it meanwhile: nothing was changed then. */
  async #write(
    gathering: GatheringDocument,
    change: Partial<GatheringDocument>,
  ): Promise<GatheringDocument | null> {
    const { _id, version } = gathering;
    const written = await this.#gatherings.updateOne(
      { _id, version },
      { $set: { ...change, version: version + 1 } },
    );
    return written.matchedCount === 1 ? { ...gathering, ...change, version: version + 1 } : null;
  }
}
