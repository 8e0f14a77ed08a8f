/** Triggers by the clock: when each is due next is on disk, so that of any number of processes one begins it, once. */
import { CronExpressionParser } from 'cron-parser';
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { acceptEvent } from '../events/inbox.ts';
import type { ClientId, PipelineId } from '../ids.ts';

export interface Schedule {
  /** Minute, hour, day of the month, month, day of the week. */
  readonly cron: string;
  readonly zone: string;
  /** Whether a run that was missed is made up for, once. */
  readonly catchUp: boolean;
}

export interface ScheduledTrigger {
  readonly pipelineId: PipelineId;
  readonly nodeId: string;
  readonly schedule: Schedule;
}

interface ScheduleDocument {
  /** `<client>/<flow>/<node>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly pipelineId: PipelineId;
  /** Changed in a deploy, it begins anew. */
  readonly spec: string;
  readonly nextAt: Date;
}

const FIELDS = 5;
/** A run that is so late was missed: nothing ran at its time. */
const LATE_MS = 60_000;

/** The next moment after `after`. @throws {Error} in words about what is wrong with the expression. */
export function nextRun({ cron, zone }: Pick<Schedule, 'cron' | 'zone'>, after: Date): Date {
  const fields = cron.trim().split(/\s+/).length;
  if (fields !== FIELDS) throw new Error(`has ${fields} parts, and needs ${FIELDS}`);
  return CronExpressionParser.parse(cron.trim(), { currentDate: after, tz: zone }).next().toDate();
}

export class Schedules {
  readonly #db: Db;
  readonly #clientId: ClientId;
  readonly #schedules: ClientCollection<ScheduleDocument>;
  readonly #triggers: () => readonly ScheduledTrigger[];

  /** @param triggers those that run now. */
  constructor(db: Db, clientId: ClientId, triggers: () => readonly ScheduledTrigger[]) {
    this.#db = db;
    this.#clientId = clientId;
    this.#schedules = new ClientCollection(db, 'schedules', clientId);
    this.#triggers = triggers;
  }

  /** Begins what is due, and sets the times of what is new. @returns how many were begun. */
  async release(now: Date): Promise<number> {
    let begun = 0;
    const known = await this.#known();
    for (const trigger of this.#triggers()) {
      const document = known.get(this.#idOf(trigger));
      if (!document || document.spec !== specOf(trigger)) await this.#set(trigger, document, now);
      else if (document.nextAt <= now && (await this.#begin(trigger, document, now))) begun += 1;
    }
    return begun;
  }

  /** When the next is due, or a time has to be set; null: nothing is scheduled. */
  async nextAt(): Promise<Date | null> {
    if (this.#triggers().length === 0) return null;
    const known = await this.#known();
    const times = this.#triggers().map((trigger) => {
      const document = known.get(this.#idOf(trigger));
      return document?.spec === specOf(trigger) ? document.nextAt.getTime() : 0;
    });
    return new Date(Math.min(...times));
  }

  async #known(): Promise<Map<string, ScheduleDocument>> {
    const ids = this.#triggers().map((trigger) => this.#idOf(trigger));
    if (ids.length === 0) return new Map();
    const found = await this.#schedules.find({ _id: { $in: ids } }).toArray();
    return new Map(found.map((document) => [document._id, document]));
  }

  async #set(trigger: ScheduledTrigger, before: ScheduleDocument | undefined, now: Date): Promise<void> {
    const _id = this.#idOf(trigger);
    const times = { spec: specOf(trigger), nextAt: nextRun(trigger.schedule, now) };
    const { pipelineId } = trigger;
    if (before) await this.#schedules.updateOne({ _id, spec: before.spec }, { $set: times });
    else await this.#schedules.insertIfAbsent({ _id, clientId: this.#clientId, pipelineId, ...times });
  }

  /** The inbox first, by a key that two processes share; then the next time, unless another process set it. */
  async #begin(trigger: ScheduledTrigger, { _id, nextAt }: ScheduleDocument, now: Date): Promise<boolean> {
    const { pipelineId, nodeId, schedule } = trigger;
    const isMissed = now.getTime() - nextAt.getTime() > LATE_MS;
    const begun =
      (schedule.catchUp || !isMissed) &&
      (await acceptEvent(this.#db, {
        clientId: this.#clientId,
        source: 'syncflow',
        topic: 'schedule.due',
        dedupeKey: `schedule:${_id}:${nextAt.toISOString()}`,
        partition: _id,
        body: Buffer.from(JSON.stringify({ dueAt: nextAt, isMissed })),
        to: { pipelineId, nodeId },
      }));
    await this.#schedules.updateOne({ _id, nextAt }, { $set: { nextAt: nextRun(schedule, now) } });
    return begun;
  }

  #idOf({ pipelineId, nodeId }: ScheduledTrigger): string {
    return `${this.#clientId}/${pipelineId}/${nodeId}`;
  }
}

const specOf = ({ schedule: { cron, zone } }: ScheduledTrigger): string => `${cron} ${zone}`;
