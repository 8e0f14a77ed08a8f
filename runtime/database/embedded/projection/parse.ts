/** Projections as trees: `{a: 1, 'b.c': 1, d: {$add: ['$x', 1]}}` says for each field what becomes of it. */
import { toDouble } from '../bson/numbers.ts';
import { type Doc, isDoc, isNumber, type Value } from '../bson/values.ts';
import { fail } from '../errors.ts';
import { isOperatorDoc } from '../filter/filter.ts';

export type Evaluate = (root: Doc) => Value;
export type Node =
  | { kind: 'keep' }
  | { kind: 'drop' }
  /** A new value out of the whole document. */
  | { kind: 'compute'; evaluate: Evaluate }
  /** A new value out of the field's own; undefined takes the field away. */
  | { kind: 'change'; change: (value: Value, root: Doc) => Value }
  | Branch;
export interface Branch {
  kind: 'branch';
  children: Map<string, Node>;
}
export interface Projection {
  /** `include`: only the named fields stay. `exclude`: all but the named ones. */
  mode: 'include' | 'exclude';
  root: Branch;
}
/** Makes a node of an operator that only one kind of projection knows; undefined leaves it to the expressions. */
export type SpecialNode = (path: string, value: Value) => { node: Node; implies?: 'include' } | undefined;

interface Parser {
  root: Branch;
  mode: 'include' | 'exclude' | undefined;
  idFlag: boolean | undefined;
  compile: (expression: Value) => Evaluate;
  special: SpecialNode;
}

/** For `find` and `$project`. */
export function parseProjection(
  spec: Doc,
  compile: (expression: Value) => Evaluate,
  special: SpecialNode = () => undefined,
): Projection {
  const parser: Parser = {
    root: { kind: 'branch', children: new Map() },
    mode: undefined,
    idFlag: undefined,
    compile,
    special,
  };
  parseFields(parser, spec, '');
  const hasChanges = parser.root.children.size > 0;
  const mode = parser.mode ?? (parser.idFlag === true && !hasChanges ? 'include' : 'exclude');
  if (mode === 'include' && parser.idFlag !== false && !parser.root.children.has('_id')) {
    parser.root.children.set('_id', { kind: 'keep' });
  }
  if (mode === 'exclude' && parser.idFlag === false) parser.root.children.set('_id', { kind: 'drop' });
  return { mode, root: parser.root };
}

/** For `$addFields` and `$set`: every value is an expression, documents of fields are gone into. */
export function parseAdditions(spec: Doc, compile: (expression: Value) => Evaluate): Branch {
  const root: Branch = { kind: 'branch', children: new Map() };
  addAdditions(root, spec, '', compile);
  return root;
}

function addAdditions(
  root: Branch,
  spec: Doc,
  prefix: string,
  compile: (expression: Value) => Evaluate,
): void {
  for (const name of Object.keys(spec)) {
    const value = spec[name];
    if (isFields(value)) addAdditions(root, value, `${prefix}${name}.`, compile);
    else place(root, `${prefix}${name}`, { kind: 'compute', evaluate: compile(value) });
  }
}

function isFields(value: Value): value is Doc {
  return isDoc(value) && Object.keys(value).length > 0 && !isOperatorDoc(value);
}

function parseFields(parser: Parser, spec: Doc, prefix: string): void {
  for (const name of Object.keys(spec)) {
    const value = spec[name];
    const path = `${prefix}${name}`;
    if (isFields(value)) parseFields(parser, value, `${path}.`);
    else parseField(parser, path, value);
  }
}

function parseField(parser: Parser, path: string, value: Value): void {
  const special = parser.special(path, value);
  if (special) {
    if (special.implies) setMode(parser, special.implies, path);
    place(parser.root, path.endsWith('.$') ? path.slice(0, -2) : path, special.node);
    return;
  }
  if (isDoc(value) && Object.keys(value).length === 0) {
    fail(51270, `An empty sub-projection is not a valid value. Found empty object at path ${path}`);
  }
  const flag = flagOf(value);
  if (flag !== undefined && path === '_id') {
    parser.idFlag = flag;
  } else if (flag === undefined) {
    setMode(parser, 'include', path);
    place(parser.root, path, { kind: 'compute', evaluate: parser.compile(value) });
  } else {
    setMode(parser, flag ? 'include' : 'exclude', path);
    place(parser.root, path, { kind: flag ? 'keep' : 'drop' });
  }
}

function flagOf(value: Value): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return isNumber(value) ? toDouble(value) !== 0 : undefined;
}

function setMode(parser: Parser, mode: 'include' | 'exclude', path: string): void {
  if (parser.mode !== undefined && parser.mode !== mode) {
    if (mode === 'include') fail(31253, `Cannot do inclusion on field ${path} in exclusion projection`);
    fail(31254, `Cannot do exclusion on field ${path} in inclusion projection`);
  }
  parser.mode = mode;
}

function place(root: Branch, path: string, node: Node): void {
  const parts = path.split('.');
  if (parts.some((part) => part === '' || part.startsWith('$'))) {
    fail(
      16410,
      `FieldPath field names may not be empty or start with '$'. Consider using $getField or $setField. Path: ${path}`,
    );
  }
  let branch = root;
  for (const [index, part] of parts.entries()) {
    const next = branch.children.get(part);
    if (index === parts.length - 1) {
      if (next) fail(31250, `Path collision at ${path}`);
      branch.children.set(part, node);
    } else if (next === undefined) {
      const child: Branch = { kind: 'branch', children: new Map() };
      branch.children.set(part, child);
      branch = child;
    } else {
      if (next.kind !== 'branch')
        fail(31249, `Path collision at ${path} remaining portion ${parts.slice(index + 1).join('.')}`);
      branch = next;
    }
  }
}
