/** A node definition as the runtime sees it, its type parameters folded away. `defineNode` in nodes/kit makes these. */
import type { z } from 'zod';
import type { NodeContext } from '../effects/node-context.ts';
import type { EventTopic } from '../events/event.ts';
import type { RetryPolicy } from '../events/retry-policy.ts';
import type { Schedule } from '../later/schedules.ts';
import type { PortType } from './port-type.ts';

export type NodeGroup = 'Channels' | 'Stock' | 'Decide' | 'Tell' | 'Reports';

/** What a node does to the world, for the editor and for simulations. */
export type NodeEffect = 'none' | 'orders' | 'stock' | 'channel' | 'message';

/** What a node sends: for each output that has something, one item or several in order. */
export type NodeOutputs = Readonly<Record<string, unknown>>;

export interface NodeType {
  /** `low-stock`: stands in saved flows, so it never changes. */
  readonly type: string;
  readonly title: string;
  /** One line for the palette. */
  readonly summary: string;
  /** A few sentences for the inspector's Help. */
  readonly help: string;
  readonly group: NodeGroup;
  readonly effect: NodeEffect;
  /** null: a trigger, which starts an execution for each event of the topic that it wants. */
  readonly input: PortType | null;
  readonly wants: EventTopic | null;
  /** Of a trigger: how often and when a failed run is tried again, from its settings. */
  readonly retry?: (config: unknown) => RetryPolicy;
  /** Of a trigger: others start it at an address of its own (runtime/hooks). */
  readonly address?: boolean;
  /** Of a trigger by the clock: when it is due, from its settings. */
  readonly schedule?: (config: unknown) => Schedule;
  /** Runs code that is not ours (a script of the user, a package): its client gets a runner of its own. */
  readonly foreignCode?: boolean;
  /** A message may go no further here, so a loop through it can end. */
  readonly endsLoops?: boolean;
  /** The setting (in seconds) after which it stops waiting for other messages; a node that never waits has none. */
  readonly waitLimit?: string;
  /** It may send several messages of one: parts that can be joined again. */
  readonly splits?: boolean;
  /** The setting and its value with which it waits for the parts of a split. */
  readonly joinsParts?: { readonly setting: string; readonly value: string };
  /** In the order in which the ports stand on the card. */
  readonly outputs: Readonly<Record<string, PortType>>;
  /** Its `meta({ title })` name the fields of the form; every field has a default. */
  readonly config: z.ZodObject;
  /** The card's one line, written from the settings. */
  describe(config: unknown): string;
  /**
   * Does the node's work on one item.
   * @throws {Rejected} when the item or the config does not have the declared shape; whatever the node throws.
   */
  run(input: unknown, config: unknown, context: NodeContext): Promise<NodeOutputs>;
}

export type NodeTypes = ReadonlyMap<string, NodeType>;

/** Collects definitions by type. @throws {Error} when two share a type. */
export function nodeTypesOf(definitions: readonly NodeType[]): NodeTypes {
  const types = new Map<string, NodeType>();
  for (const definition of definitions) {
    if (types.has(definition.type)) throw new Error(`two nodes call themselves "${definition.type}"`);
    types.set(definition.type, definition);
  }
  return types;
}
