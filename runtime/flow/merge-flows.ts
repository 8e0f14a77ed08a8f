/** Two people changed one flow: their work as one, node by node and wire by wire. */
import type { Graph } from '../pipelines/graph.ts';
import { sameJson } from './same-json.ts';
import { wireIdOf } from './wire-id.ts';

export interface MergedFlow {
  readonly graph: Graph;
  /** Names of what both changed in different ways: here mine stands, and the other's is told of. */
  readonly clashes: readonly string[];
}

interface Part {
  readonly key: string;
  readonly name: string;
}

/**
 * Three-way merge. What only one of both changed is taken from that one; a part that both changed stays as mine; a part
 * that one removed and the other changed stays, changed. A wire whose node is gone goes too.
 */
export function mergeFlows(base: Graph, mine: Graph, theirs: Graph): MergedFlow {
  const clashes: string[] = [];
  const merge = <Item>(of: (graph: Graph) => readonly Item[], part: (item: Item) => Part): Item[] =>
    mergeParts(of(base), of(mine), of(theirs), part, (name) => clashes.push(name));
  const nodes = merge(
    ({ nodes }) => nodes,
    ({ id, name }) => ({ key: id, name }),
  );
  const notes = merge(
    ({ notes = [] }) => notes,
    ({ id, text }) => ({ key: id, name: text }),
  );
  const groups = merge(
    ({ groups = [] }) => groups,
    ({ id, name }) => ({ key: id, name }),
  );
  const tests = merge(
    ({ tests = [] }) => tests,
    ({ id, name }) => ({ key: id, name }),
  );
  const wires = merge(
    ({ wires }) => wires,
    (wire) => ({ key: wireIdOf(wire), name: wireIdOf(wire) }),
  );
  const there = new Set(nodes.map(({ id }) => id));
  return {
    graph: {
      nodes,
      wires: wires.filter(({ from, to }) => there.has(from) && there.has(to)),
      ...(notes.length > 0 && { notes }),
      ...(groups.length > 0 && {
        groups: groups.map((group) => ({ ...group, nodes: group.nodes.filter((id) => there.has(id)) })),
      }),
      ...(tests.length > 0 && { tests }),
    },
    clashes,
  };
}

function mergeParts<Item>(
  base: readonly Item[],
  mine: readonly Item[],
  theirs: readonly Item[],
  part: (item: Item) => Part,
  clash: (name: string) => void,
): Item[] {
  const byKey = (items: readonly Item[]) => new Map(items.map((item) => [part(item).key, item]));
  const [old, my, their] = [byKey(base), byKey(mine), byKey(theirs)];
  return [...new Set([...my.keys(), ...their.keys()])].flatMap((key) => {
    const [was, here, there] = [old.get(key), my.get(key), their.get(key)];
    const [iChanged, theyChanged] = [!sameJson(was, here), !sameJson(was, there)];
    if (!iChanged) return there === undefined ? [] : [there];
    if (!theyChanged || sameJson(here, there)) return here === undefined ? [] : [here];
    const kept = here ?? there;
    if (here !== undefined && there !== undefined) clash(part(here).name);
    return kept === undefined ? [] : [kept];
  });
}
