/** Reads the figures that the meter wrote. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId } from '../ids.ts';
import { type Histogram, sumOf } from './histogram.ts';
import type { HourDocument, MeterSubject, MinuteDocument } from './meter.ts';

/** The figures of some minutes of one subject. */
export interface Figures {
  /** The sum of all counters whose names begin so. */
  count(prefix: string): number;
  /** Counters whose names begin so, by the rest of their names. */
  counts(prefix: string): Record<string, number>;
  times(name: string): Histogram;
}

type Minute = Pick<MinuteDocument, 'at' | 'counts' | 'times'>;

/** Minutes of the subjects since a moment, oldest first. */
export async function readMinutes(
  db: Db,
  clientId: ClientId,
  subjects: readonly MeterSubject[],
  since: Date,
): Promise<Minute[]> {
  const minutes = new ClientCollection<MinuteDocument>(db, 'minutes', clientId);
  return await minutes.find({ subject: { $in: [...subjects] }, at: { $gte: since } }).toArray();
}

/** Hours of the subjects in a span of time, in no order. */
export async function readHours(
  db: Db,
  clientId: ClientId,
  subjects: readonly MeterSubject[],
  { since, until }: { readonly since: Date; readonly until: Date },
): Promise<Minute[]> {
  const hours = new ClientCollection<HourDocument>(db, 'hours', clientId);
  return await hours.find({ subject: { $in: [...subjects] }, at: { $gte: since, $lt: until } }).toArray();
}

/** When the first hour was kept; null: none was yet. */
export async function measuredSince(
  db: Db,
  clientId: ClientId,
  subjects: readonly MeterSubject[],
): Promise<Date | null> {
  const hours = new ClientCollection<HourDocument>(db, 'hours', clientId);
  const firsts = await Promise.all(
    subjects.map((subject) => hours.findOne({ subject }, { sort: { at: 1 }, projection: { at: 1 } })),
  );
  const times = firsts.flatMap((first) => first?.at.getTime() ?? []);
  return times.length === 0 ? null : new Date(Math.min(...times));
}

export function figuresOf(minutes: readonly Minute[]): Figures {
  const counts = (prefix: string) => {
    const sums: Record<string, number> = {};
    for (const minute of minutes) {
      for (const [name, count] of Object.entries(minute.counts ?? {})) {
        if (!name.startsWith(prefix)) continue;
        const rest = name.slice(prefix.length);
        sums[rest] = (sums[rest] ?? 0) + count;
      }
    }
    return sums;
  };
  return {
    counts,
    count: (prefix) => Object.values(counts(prefix)).reduce((sum, count) => sum + count, 0),
    times: (name) => sumOf(minutes.map(({ times }) => times?.[name])),
  };
}

/** Splits minutes into `parts` spans of `spanMs`, the last of which ends now. */
export function spansOf(minutes: readonly Minute[], parts: number, spanMs: number, nowMs: number): Figures[] {
  const startMs = nowMs - parts * spanMs;
  const spans: Minute[][] = Array.from({ length: parts }, () => []);
  for (const minute of minutes) {
    const index = Math.min(parts - 1, Math.floor((minute.at.getTime() - startMs) / spanMs));
    spans[index]?.push(minute);
  }
  return spans.map(figuresOf);
}
