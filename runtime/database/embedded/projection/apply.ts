/** Applies a projection's tree to a document. The document itself stays as it is. */
import { type Doc, isDoc, setField, type Value } from '../bson/values.ts';
import type { Branch, Node, Projection } from './parse.ts';

/** The projected document, its `_id` first. */
export function project(doc: Doc, { mode, root }: Projection): Doc {
  return idFirst(mode === 'include' ? include(doc, root, doc) : exclude(doc, root, doc));
}

/** The document with computed fields added or replaced. */
export function addComputed(doc: Doc, additions: Branch, root: Doc = doc): Doc {
  const result: Doc = { ...doc };
  for (const [name, node] of additions.children) computeInto(result, name, node, root);
  return result;
}

/** Only the fields that are kept, in the document's order, then those that are computed. */
function include(doc: Doc, { children }: Branch, root: Doc): Doc {
  const result: Doc = {};
  for (const name of Object.keys(doc)) {
    const node = children.get(name);
    const value = node && includedValue(doc[name], node, root);
    if (value !== undefined) setField(result, name, value);
  }
  for (const [name, node] of children) {
    if (hasComputed(node)) computeInto(result, name, node, root);
  }
  return result;
}

function includedValue(value: Value, node: Node, root: Doc): Value {
  if (node.kind === 'keep') return value;
  if (node.kind === 'change') return node.change(value, root);
  return node.kind === 'branch' ? includeDeep(value, node, root) : undefined;
}

/** Arrays are gone through; of their elements only documents (and arrays of them) can have the fields. */
function includeDeep(value: Value, branch: Branch, root: Doc): Value {
  if (isDoc(value)) return include(value, withoutComputed(branch), root);
  if (!Array.isArray(value)) return undefined;
  return value
    .map((element) => includeDeep(element, branch, root))
    .filter((element) => element !== undefined);
}

function withoutComputed({ children }: Branch): Branch {
  return { kind: 'branch', children: new Map([...children].filter(([, node]) => node.kind !== 'compute')) };
}

function exclude(doc: Doc, { children }: Branch, root: Doc): Doc {
  const result: Doc = {};
  for (const name of Object.keys(doc)) {
    const node = children.get(name);
    const value = node ? remainingValue(doc[name], node, root) : doc[name];
    if (value !== undefined) setField(result, name, value);
  }
  return result;
}

function remainingValue(value: Value, node: Node, root: Doc): Value {
  if (node.kind === 'change') return node.change(value, root);
  return node.kind === 'branch' ? excludeDeep(value, node, root) : undefined;
}

function excludeDeep(value: Value, branch: Branch, root: Doc): Value {
  if (isDoc(value)) return exclude(value, branch, root);
  return Array.isArray(value) ? value.map((element) => excludeDeep(element, branch, root)) : value;
}

function hasComputed(node: Node): boolean {
  if (node.kind === 'branch') return [...node.children.values()].some(hasComputed);
  return node.kind === 'compute';
}

/** Sets a computed field; below an array in each element, in place of a scalar a new document. */
function computeInto(target: Doc, name: string, node: Node, root: Doc): void {
  if (node.kind === 'compute') {
    const value = node.evaluate(root);
    if (value === undefined) delete target[name];
    else setField(target, name, value);
  } else if (node.kind === 'branch') {
    setField(target, name, computeDeep(Object.hasOwn(target, name) ? target[name] : undefined, node, root));
  }
}

function computeDeep(value: Value, branch: Branch, root: Doc): Value {
  if (Array.isArray(value)) return value.map((element) => computeDeep(element, branch, root));
  return addComputed(isDoc(value) ? value : {}, onlyComputed(branch), root);
}

function onlyComputed({ children }: Branch): Branch {
  return { kind: 'branch', children: new Map([...children].filter(([, node]) => hasComputed(node))) };
}

function idFirst(doc: Doc): Doc {
  if (!Object.hasOwn(doc, '_id')) return doc;
  const { _id, ...rest } = doc;
  return { _id, ...rest };
}
