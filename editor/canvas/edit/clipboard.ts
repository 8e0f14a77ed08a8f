/** Copy and paste as Node-RED JSON: between flows, clients and Node-RED itself. */
import type { Graph } from '#runtime/flow/flow.ts';
import type { NodeDescriptions } from '#runtime/flow/node-description.ts';
import { fromNodeRed, partOf, toNodeRed } from '#runtime/flow/node-red-json.ts';
import type { Place } from '../layout.ts';
import { insert } from './flow-edits.ts';
import { change, choose, useFlow } from './flow-state.ts';
import { newId } from './new-id.ts';

/** For browsers that keep the clipboard from us (plain http, no permission): within this page it works all the same. */
let kept = '';

/** The chosen nodes as text; "" when none is. */
export function copiedText(types: NodeDescriptions): string {
  const { graph, chosen } = useFlow.getState();
  const part = partOf(graph, new Set(chosen));
  return part.nodes.length + (part.notes?.length ?? 0) === 0
    ? ''
    : JSON.stringify(toNodeRed(part, types), null, 2);
}

/** Copies the chosen nodes. @returns how many. */
export async function copyChosen(types: NodeDescriptions): Promise<number> {
  const text = copiedText(types);
  if (text === '') return 0;
  kept = text;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // It stays in `kept`.
  }
  return useFlow.getState().chosen.length;
}

/** What was copied, here or elsewhere. */
export async function clipboardText(): Promise<string> {
  try {
    return (await navigator.clipboard.readText()) || kept;
  } catch {
    return kept;
  }
}

/** Pastes text into the flow, and chooses what came. @returns what came; null when the text is no flow. */
export function pasteText(text: string, types: NodeDescriptions, at: Place): Graph | null {
  const part = fromNodeRed(text, types, newId);
  if (!part) return null;
  change((graph) => insert(graph, part, at));
  choose([...part.nodes, ...(part.notes ?? [])].map(({ id }) => id));
  return part;
}
