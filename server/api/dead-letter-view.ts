/** A dead letter in the shape of the API. */
import { isUtf8 } from 'node:buffer';
import type { WithoutId } from 'mongodb';
import { ERRORS } from '#runtime/errors.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import type { ExecutionDocument } from '#runtime/executions/execution-document.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type { PipelineDocument } from '#runtime/pipelines/pipeline-model.ts';
import { subjectOf } from './dead-letter-words.ts';
import { rowOf } from './execution-view.ts';
import type { ConnectionNames } from './names.ts';
import type { DeadLetterRow, DeadLetterView } from './views.ts';

export interface DeadLetterNames {
  readonly connections: ConnectionNames;
  readonly pipelines: ReadonlyMap<string, PipelineDocument>;
  /** Of the orders that the letters are about, by their ids. */
  readonly numbers: ReadonlyMap<string, string>;
}

type Row = Pick<EventDocument, '_id'> & WithoutId<Omit<EventDocument, 'body'>>;

/** The letter itself says which order it is about. */
const NO_NUMBERS: ReadonlyMap<string, string> = new Map();
const PAYLOAD_SHOWN = 200_000;

export function deadLetterRow(event: Row, names: DeadLetterNames): DeadLetterRow {
  const { _id, receivedAt, endedAt, source, failure, failures } = event;
  return {
    id: _id.toHexString(),
    at: (endedAt ?? receivedAt).toISOString(),
    connectionName: source === 'syncflow' ? 'SyncFlow' : names.connections(source).name,
    subject: subjectOf(event, names.numbers),
    reason: failure ? `${failure.where ? `${failure.where}: ` : ''}${failure.reason}` : 'unknown',
    fix: failure?.fix ?? null,
    tries: failures,
    waitsFor: waitsFor(failure, names),
  };
}

export function deadLetterView(
  event: EventDocument,
  runs: readonly ExecutionDocument[],
  names: DeadLetterNames,
): DeadLetterView {
  const body = Buffer.from(event.body.value());
  const text = isUtf8(body) ? body.toString() : body.toString('base64');
  const code = event.failure?.code ?? 'bug';
  return {
    ...deadLetterRow(event, names),
    receivedAt: event.receivedAt.toISOString(),
    payload: text.slice(0, PAYLOAD_SHOWN),
    payloadBytes: body.length,
    code,
    meaning: ERRORS[code].sentence,
    runs: runs.map((run) => rowOf(run, names.pipelines.get(run.pipelineId), NO_NUMBERS)),
  };
}

function waitsFor(failure: EventDocument['failure'], names: DeadLetterNames): string | null {
  const about = failure?.about;
  if (!about) return null;
  if (about.kind === 'pipeline') return names.pipelines.get(about.id)?.name ?? null;
  const id = ConnectionId.safeParse(about.id);
  return id.success ? names.connections(id.data).name : null;
}
