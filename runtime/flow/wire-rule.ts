/** Whether a wire may be there, and why not, in words; with the node that would make it fit. */
import type { Graph, Wire } from '../pipelines/graph.ts';
import type { NodeDescription, NodeDescriptions } from './node-description.ts';
import { outputOf, typesOfOutput } from './port-of-wire.ts';

export type WireVerdict =
  | { readonly fits: true /** It may not work for every message. */; readonly warning: string | null }
  | {
      readonly fits: false;
      readonly reason: string /** A node to put between. */;
      readonly converter: string | null;
    };

const no = (reason: string, converter: string | null = null): WireVerdict => ({
  fits: false,
  reason,
  converter,
});

/** Judges a wire of a flow, or one that is not there yet. */
export function judgeWire(
  graph: Pick<Graph, 'nodes' | 'wires'>,
  types: NodeDescriptions,
  { from, output, to }: Wire,
): WireVerdict {
  const source = graph.nodes.find(({ id }) => id === from);
  const target = graph.nodes.find(({ id }) => id === to);
  if (!source || !target) return no('A wire ends at a node that does not exist.');
  if (from === to) return no(`"${source.name}" can't send to itself.`);
  const [sender, taker] = [types.get(source.type), types.get(target.type)];
  if (!sender || !taker) return { fits: true, warning: null };
  if (!outputOf(types, source.type, output))
    return no(
      sender.outputs.length === 0
        ? `"${source.name}" is the end of a flow: it sends nothing.`
        : `"${source.name}" has no output "${output}".`,
    );
  if (!taker.input) return no(`"${target.name}" starts a flow and takes no messages.`);
  const wanted = taker.input.type;
  const sent = typesOfOutput(graph, types, from, output) ?? ['Any'];
  if (wanted === 'Any' || sent.includes(wanted)) return { fits: true, warning: null };
  const [name = 'Any'] = sent;
  if (name === 'Any')
    return {
      fits: true,
      warning: `"${source.name}" may send anything, but "${target.name}" takes ${wanted}: what is not one fails there.`,
    };
  const between = converterOf(types, sent, wanted);
  const help = between
    ? ` Put "${between.title}" between: it makes one from the other.`
    : ` Take a node that gives ${wanted}.`;
  return no(
    `"${source.name}" sends ${name}, but "${target.name}" takes ${wanted}.${help}`,
    between?.type ?? null,
  );
}

/** A node that takes what is sent and gives what is wanted. */
function converterOf(
  types: NodeDescriptions,
  sent: readonly string[],
  wanted: string,
): NodeDescription | undefined {
  return [...types.values()].find(
    ({ input, outputs }) =>
      input && sent.includes(input.type) && outputs.some(({ isA }) => isA.includes(wanted)),
  );
}
