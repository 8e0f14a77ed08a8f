/**
 * Work that comes due by the clock, or that somebody asks for: kept in the database by Agenda, so that of any number
 * of processes one does it, and what was due while nothing ran is done at the next start.
 */
import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda, type JobWithId } from 'agenda';
import type { Db } from 'mongodb';
import { z } from 'zod';
import { ClientId } from '../ids.ts';

export interface JobDefinition {
  /** Stands in the database: never changes. */
  readonly name: string;
  /** When it is due for all clients: a cron expression in UTC. Absent: only when asked for. */
  readonly cron?: string;
  /**
   * Does it. May be begun again after a crash, so it must be harmless to repeat.
   * @param clientId null: for all clients.
   * @param alive to be called now and then in long work; else another process takes it over after some minutes.
   */
  run(clientId: ClientId | null, alive: () => Promise<void>): Promise<void>;
}

export interface JobsOptions {
  readonly db: Db;
  readonly definitions: readonly JobDefinition[];
  readonly failed: (name: string, error: unknown) => void;
  /** How often the database is asked what is due. */
  readonly lookEveryMs?: number;
  /** A process that did not say that it is alive for so long is taken for dead. */
  readonly lockMs?: number;
}

const LOOK_EVERY_MS = 10_000;
const LOCK_MS = 5 * 60_000;
const Data = z.object({ clientId: ClientId.nullable().default(null) }).nullish();

export class Jobs {
  readonly #agenda: Agenda;

  private constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  /** Starts to work off what is due. */
  static async start({
    db,
    definitions,
    failed,
    lookEveryMs = LOOK_EVERY_MS,
    lockMs = LOCK_MS,
  }: JobsOptions): Promise<Jobs> {
    const agenda = new Agenda({
      backend: new MongoBackend({ mongo: db, collection: 'jobs' }),
      processEvery: lookEveryMs,
      defaultLockLifetime: lockMs,
      defaultConcurrency: 1,
      removeOnComplete: true,
    });
    // A failed look at the database is tried again at the next one; a failed job is told by its own event.
    agenda.on('error', () => {});
    agenda.on('fail', (error: Error, job: JobWithId) => failed(job.attrs.name, error));
    await agenda.ready;
    for (const { name, run } of definitions) {
      agenda.define(name, async (job) => {
        await run(Data.parse(job.attrs.data)?.clientId ?? null, async () => {
          await job.touch();
        });
      });
    }
    await agenda.start();
    for (const { name, cron } of definitions) {
      if (!cron) continue;
      // Asked for anew, a job that is overdue would be put off to its next time; so it is asked for once.
      const known = await db.collection('jobs').findOne({ name, type: 'single', repeatInterval: cron });
      if (!known) await agenda.every(cron, name, undefined, { timezone: 'UTC', skipImmediate: true });
    }
    return new Jobs(agenda);
  }

  /** Does a job for one client as soon as a process is free. What is asked for twice at once is done once. */
  async ask(name: string, clientId: ClientId): Promise<void> {
    await this.#agenda
      .create(name, { clientId })
      .unique({ 'data.clientId': clientId, lockedAt: null })
      .schedule(new Date())
      .save();
  }

  /** Ends at once: what runs is given back, and begun again by whoever is next. */
  async stop(): Promise<void> {
    await this.#agenda.stop(false);
  }
}
