/** An alert: something that people should know, once, however often it is raised. */
import { z } from 'zod';
import type { ClientId, ConnectionId, PipelineId } from '../ids.ts';

/** What alerts are about: people choose by it which ones reach them, and how. Stands in stored documents: never changes. */
export const ALERT_TOPICS = ['low-stock', 'new-order', 'payment', 'sync-failure', 'other'] as const;
export const AlertTopic = z.enum(ALERT_TOPICS);
export type AlertTopic = z.infer<typeof AlertTopic>;

export interface AlertDocument {
  /** `<client>/<key>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly pipelineId: PipelineId | null;
  /** What is one thing to people: pipeline and title, or a connection in trouble. */
  readonly group: string;
  readonly level: 'info' | 'warning' | 'urgent';
  readonly title: string;
  readonly text: string;
  readonly at: Date;
  /** Absent in alerts of before there were topics. */
  readonly topic?: AlertTopic;
  /** How often it was raised; absent: once. */
  readonly count?: number;
  /** When it was raised last. */
  readonly lastAt?: Date;
  /** The connection whose trouble it is; absent: it is about something that does not heal by itself. */
  readonly connectionId?: ConnectionId;
  /** When the trouble was over; null: it goes on. */
  readonly healedAt?: Date | null;
  /** The trouble ended since the connection was removed; absent: since it was well again. */
  readonly removed?: true;
  /** Who has seen it and looks after it. */
  readonly acknowledged?: { readonly by: string; readonly at: Date } | null;
  /** What people are to be told of it next, and when; null: nothing. */
  readonly tell?: { readonly what: 'raised' | 'healed'; readonly at: Date } | null;
  /** When people were told that it was raised; absent: not (yet). */
  readonly toldAt?: Date;
}

/** A group of alerts that people do not want to hear of for a while. They stand on the page all the same. */
export interface AlertMute {
  /** `<client>/<group>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly group: string;
  readonly until: Date;
  readonly by: string;
}
