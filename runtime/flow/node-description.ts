/** A node type as plain data: all that a card, a form and the checks need. Made from the definition by `runtime/pipelines`. */
import type { NodeEffect, NodeGroup } from '../pipelines/node-type.ts';

export interface PortDescription {
  /** `in` for the input; an output's own name. */
  readonly name: string;
  /** `Order`, `StockLevel`; `Any`; `Same`: what the node takes, whatever that is. */
  readonly type: string;
  /** The type and all that it may stand in for. */
  readonly isA: readonly string[];
  /** Of an output: an item that could leave by it. */
  readonly example?: Readonly<Record<string, unknown>>;
}

/** One field of a node's settings, in JSON Schema with our own annotations (`meta` of the zod schema). */
export interface FieldSchema {
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
  readonly title?: string;
  readonly help?: string;
  readonly unit?: string;
  /** What an empty value means, in words. */
  readonly empty?: string;
  /** The value names a connection of this kind. */
  readonly connection?: 'channel' | 'service';
  /** Only connections to one of these, by their type: `twilio`; absent: any of the kind. */
  readonly connectionTypes?: readonly string[];
  /** The value names another flow, which takes calls. */
  readonly flow?: true;
  /** An empty value can't work: the node needs a choice. */
  readonly needed?: string;
  /** The field counts only while other settings have one of these values. */
  readonly when?: Readonly<Record<string, readonly string[]>>;
  /** Long text, an expression, or code. */
  readonly format?: string;
  /** Words for the values of `enum`. */
  readonly words?: Readonly<Record<string, string>>;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly items?: FieldSchema;
}

export interface SettingsSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, FieldSchema>>;
}

export interface NodeDescription {
  readonly type: string;
  readonly title: string;
  readonly summary: string;
  readonly help: string;
  readonly group: NodeGroup;
  readonly effect: NodeEffect;
  /** Executions start here: it has no input. */
  readonly trigger: boolean;
  readonly input: PortDescription | null;
  readonly outputs: readonly PortDescription[];
  readonly settings: SettingsSchema;
  /** It runs code that is not ours: only in a runner of the client's own. */
  readonly foreignCode: boolean;
  /** Others start it at an address of its own. */
  readonly address: boolean;
  /** A message may go no further here: a loop through it can end. */
  readonly endsLoops: boolean;
  /** It may send several messages of one. */
  readonly splits: boolean;
  /** The setting and its value with which it waits for the parts of a split; null: it never does. */
  readonly joinsParts: { readonly setting: string; readonly value: string } | null;
  /** The setting, in seconds, after which it stops waiting for other messages; null: it never waits. */
  readonly waitLimit: string | null;
}

export type NodeDescriptions = ReadonlyMap<string, NodeDescription>;

/** A connection of the client, as far as a choice of it is checked. */
export interface ConnectionFact {
  readonly id: string;
  readonly kind: 'channel' | 'service';
  /** To what: `shopify`, `twilio`. */
  readonly type: string;
}

/** Whether a connection may be chosen where a field asks for one. */
export function mayBeChosen(
  { connection, connectionTypes }: Pick<FieldSchema, 'connection' | 'connectionTypes'>,
  { kind, type }: Pick<ConnectionFact, 'kind' | 'type'>,
): boolean {
  return kind === connection && (connectionTypes?.includes(type) ?? true);
}

/** The values that a new node begins with. */
export function defaultSettings({ settings }: NodeDescription): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings.properties).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}
