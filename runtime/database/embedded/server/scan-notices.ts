/** Tells, once for each shape of query, of a search through very many documents that an index would spare. */
import { show } from '../bson/show.ts';
import { type Doc, isDoc, setField, type Value } from '../bson/values.ts';
import type { Log } from './log.ts';

const SHAPES_MAX = 1_000;

export class ScanNotices {
  private readonly log: Log;
  private readonly known = new Set<string>();

  constructor(log: Log) {
    this.log = log;
  }

  note(namespace: string, filter: Doc, sort?: Doc): void {
    const shape = `${namespace} ${show(shapeOf(filter))}${sort ? ` sorted by ${show(sort)}` : ''}`;
    if (this.known.has(shape) || this.known.size >= SHAPES_MAX) return;
    this.known.add(shape);
    this.log({
      level: 'warn',
      message: `A query went through more than 10,000 documents without an index: ${shape}. An index on these fields would make it fast.`,
    });
  }
}

/** The filter without its values: only these differ between two queries of the same shape. */
function shapeOf(filter: Doc): Doc {
  const shape: Doc = {};
  for (const name of Object.keys(filter)) setField(shape, name, shapeOfValue(filter[name]));
  return shape;
}

function shapeOfValue(value: Value): Value {
  if (Array.isArray(value)) return value.some(isDoc) ? value.map(shapeOfValue) : 1;
  return isDoc(value) && Object.keys(value).some((name) => name.startsWith('$')) ? shapeOf(value) : 1;
}
