/** `$changeStream`: a cursor without an end over the change log. */
import { Environment } from '../aggregate/expression.ts';
import { compilePipeline } from '../aggregate/pipeline.ts';
import { withoutPauses } from '../aggregate/stream.ts';
import { isEqual } from '../bson/compare.ts';
import { encode } from '../bson/encode.ts';
import { RawDocument } from '../bson/raw.ts';
import { type Doc, firstFieldOf, isDoc, type Value } from '../bson/values.ts';
import { fail, MongoError } from '../errors.ts';
import type { Documents } from '../operations/find.ts';
import { select, withoutRests } from '../operations/select.ts';
import { IDLE, PAUSE, slice } from '../pause.ts';
import { type LoggedEvent, type Place, timestampOf } from '../storage/change-log.ts';
import { type StreamOptions, type StreamScope, startOf, streamOptionsOf } from './change-stream-options.ts';
import type { Context } from './command.ts';
import type { Tail } from './cursors.ts';
import { tokenOf } from './resume-token.ts';

/** Stages that look at one event at a time. */
const STAGES = new Set([
  '$match',
  '$project',
  '$addFields',
  '$set',
  '$unset',
  '$replaceRoot',
  '$replaceWith',
]);
/** Events that are told only with `showExpandedEvents`. */
const EXPANDED = new Set(['create', 'createIndexes', 'dropIndexes', 'modify']);
const EXPANDED_FIELDS = ['collectionUUID', 'operationDescription', 'nsType'];

/** Opens the stream that a pipeline begins with; the log begins to record now if it does not yet. */
export function openChangeStream(
  stages: readonly Value[],
  scope: StreamScope,
  environment: Environment,
  context: Context,
): { documents: Documents; tail: Tail } {
  const [first, ...rest] = stages;
  const options = streamOptionsOf(isDoc(first) ? first.$changeStream : undefined, scope, context);
  const change = compileRest(rest, environment);
  context.changeLog.start();
  const stream = new ChangeStream(options, scope, change, context);
  return { documents: stream.documents(), tail: stream };
}

function compileRest(stages: readonly Value[], environment: Environment): (event: Doc) => Doc[] {
  const refused = stages
    .filter(isDoc)
    .map(firstFieldOf)
    .find((name) => name.startsWith('$') && !STAGES.has(name));
  const stage = compilePipeline(stages, environment, { find: () => [], hasIndexOn: () => false });
  if (refused) fail('IllegalOperation', `${refused} is not permitted in a $changeStream pipeline`);
  return (event) => [...withoutPauses(stage([event]))];
}

class ChangeStream implements Tail {
  private readonly options: StreamOptions;
  private readonly scope: StreamScope;
  private readonly change: (event: Doc) => Doc[];
  private readonly context: Context;
  /** All events up to here have been looked at. */
  private position: Place;
  private marked: Doc;
  private last: Doc;

  constructor(options: StreamOptions, scope: StreamScope, change: (event: Doc) => Doc[], context: Context) {
    this.options = options;
    this.scope = scope;
    this.change = change;
    this.context = context;
    this.position = startOf(options, context.changeLog);
    this.last = tokenOf(this.position);
    this.marked = this.last;
  }

  hasNews(): boolean {
    return this.context.changeLog.hasBehind(this.position);
  }

  mark(): void {
    this.marked = this.last;
  }

  resumeToken(): Doc {
    return this.marked;
  }

  *documents(): Documents {
    const { changeLog } = this.context;
    for (;;) {
      if (!changeLog.reachesBackTo(this.position)) {
        fail(
          'ChangeStreamHistoryLost',
          'Resume of change stream was not possible, as the resume point may no longer be in the oplog.',
          { errorLabels: ['NonResumableChangeStreamError'] },
        );
      }
      const portion = changeLog.read(this.position);
      if (portion.length === 0) {
        this.position = changeLog.now();
        this.last = tokenOf(this.position);
        yield IDLE;
      }
      for (const logged of portion) {
        this.position = logged.place;
        yield* this.told(logged);
        if (this.isEndedBy(logged.event)) return;
        if (performance.now() > slice.endsAtMs) yield PAUSE;
      }
    }
  }

  private *told({ place, event }: LoggedEvent): Generator<Uint8Array> {
    this.last = tokenOf(place);
    if (!this.isMeant(event)) return;
    const times = { clusterTime: timestampOf(place), wallTime: event.wallTime };
    yield* this.changed({
      _id: this.last,
      operationType: event.operationType,
      ...times,
      ...this.complete(event),
    });
    if (!this.isEndedBy(event)) return;
    this.last = tokenOf(place, true);
    yield* this.changed({ _id: this.last, operationType: 'invalidate', ...times });
  }

  private *changed(event: Doc): Generator<Uint8Array> {
    const { _id } = event;
    for (const doc of this.change(event)) {
      if (!isEqual(doc._id, _id)) {
        fail(
          'ChangeStreamFatalError',
          'Encountered an event whose _id field, which contains the resume token, was modified by the pipeline. Modifying the _id field of an event makes it impossible to resume the stream from that point. Only transformations that retain the unmodified _id field are allowed.',
          { errorLabels: ['NonResumableChangeStreamError'] },
        );
      }
      yield encode(doc);
    }
  }

  private isMeant({ operationType, ns, to }: Doc): boolean {
    if (operationType === undefined || !isDoc(ns)) return false;
    if (EXPANDED.has(String(operationType)) && !this.options.isExpanded) return false;
    return this.isInScope(ns) || (isDoc(to) && this.isInScope(to));
  }

  private isInScope({ db, coll }: Doc): boolean {
    const { database, collection, isCluster } = this.scope;
    if (isCluster) return true;
    return db === database && (collection === undefined || coll === collection);
  }

  /** After this event the stream's collection or database is not what it was. */
  private isEndedBy(event: Doc): boolean {
    if (!this.isMeant(event) || this.scope.isCluster) return false;
    const type = String(event.operationType);
    return this.scope.collection === undefined
      ? type === 'dropDatabase'
      : type === 'drop' || type === 'rename';
  }

  /** The event as this reader wants it. */
  private complete({ operationType: type, wallTime: _wallTime, ...event }: Doc): Doc {
    if (!this.options.isExpanded) for (const name of EXPANDED_FIELDS) delete event[name];
    const { fullDocument, before } = this.options;
    if (type === 'update' && fullDocument === 'updateLookup') event.fullDocument = this.lookUp(event);
    if (type === 'update' && fullDocument === 'whenAvailable') event.fullDocument = null;
    if (before === 'whenAvailable' && ['update', 'replace', 'delete'].includes(String(type))) {
      event.fullDocumentBeforeChange = null;
    }
    const isMissing =
      (type === 'update' && fullDocument === 'required') ||
      (before === 'required' && ['update', 'replace', 'delete'].includes(String(type)));
    if (!isMissing) return event;
    throw new MongoError(
      'ChangeStreamFatalError',
      'Change stream was configured to require an image of the document before or after a change, but the embedded database keeps none.',
      { errorLabels: ['NonResumableChangeStreamError'] },
    );
  }

  /** The document as it is now. */
  private lookUp({ ns, documentKey }: Doc): Value {
    if (!isDoc(ns) || !isDoc(documentKey)) return null;
    const collection = this.context.catalog.get(`${String(ns.db)}.${String(ns.coll)}`);
    const filter = { _id: { $eq: documentKey._id } };
    for (const row of withoutRests(
      select(collection, { filter, limit: 1, environment: new Environment() }),
    )) {
      return new RawDocument(row.bytes);
    }
    return null;
  }
}
