/** `defineNode` and `defineTrigger`: from one typed definition come the Node-RED type, the card, the form and the checks. */
import { z } from 'zod';
import type { NodeContext } from '#runtime/effects/node-context.ts';
import { Rejected } from '#runtime/errors.ts';
import type { EventTopic, IncomingEvent } from '#runtime/events/event.ts';
import type { Schedule } from '#runtime/later/schedules.ts';
import type { NodeEffect, NodeGroup, NodeOutputs, NodeType } from '#runtime/pipelines/node-type.ts';
import type { PortType } from '#runtime/pipelines/port-type.ts';
import { RETRY_SETTINGS, retryPolicyOf } from './retry-settings.ts';

type ItemOf<Port> = Port extends PortType<infer Item> ? Item : never;
type Ports = Readonly<Record<string, PortType>>;
type OutputsOf<Outputs> = {
  readonly [Name in keyof Outputs]?: ItemOf<Outputs[Name]> | readonly ItemOf<Outputs[Name]>[];
};

interface Described<Config extends z.ZodObject, Outputs> {
  readonly type: string;
  readonly title: string;
  readonly summary: string;
  readonly help: string;
  readonly group: NodeGroup;
  readonly outputs: Outputs;
  readonly config: Config;
  /** Runs code that is not ours: see `NodeType`. */
  readonly foreignCode?: boolean;
  /** A message may go no further here, so a loop through it can end. */
  readonly endsLoops?: boolean;
  /** It may send several messages of one, which can be joined again. */
  readonly splits?: boolean;
  /** The setting and its value with which it waits for the parts of a split. */
  readonly joinsParts?: { readonly setting: string; readonly value: string };
  /** The setting (in seconds) after which it stops waiting for other messages. */
  readonly waitLimit?: string;
  /** The card's line from the settings; the summary without it. */
  readonly describe?: (config: z.infer<Config>) => string;
}

interface NodeDefinition<Input, Outputs, Config extends z.ZodObject> extends Described<Config, Outputs> {
  readonly input: Input;
  readonly effect: NodeEffect;
  readonly run: (given: {
    readonly input: ItemOf<Input>;
    readonly config: z.infer<Config>;
    readonly context: NodeContext;
  }) => OutputsOf<Outputs> | Promise<OutputsOf<Outputs>>;
}

interface TriggerDefinition<Outputs, Config extends z.ZodObject> extends Described<Config, Outputs> {
  /** Each event of this topic starts an execution at this node. */
  readonly wants: EventTopic;
  /** Others start it at an address of its own. */
  readonly address?: boolean;
  /** Of a trigger that wants `schedule.due`: when that is. */
  readonly schedule?: (config: z.infer<Config>) => Schedule;
  readonly run: (given: {
    readonly event: IncomingEvent;
    readonly config: z.infer<Config>;
    readonly context: NodeContext;
  }) => OutputsOf<Outputs> | Promise<OutputsOf<Outputs>>;
}

/**
 * Defines a node. `run` gets a checked item and checked settings, acts through `context.effects` alone, and
 * returns what goes out of each output: one item, several, or nothing.
 *
 * @example
 * export const lowStock = defineNode({
 *   type: 'low-stock', title: 'Low stock?', summary: 'Splits levels at a threshold', help: '…', group: 'Decide',
 *   effect: 'none', input: StockLevelPort, outputs: { low: StockLevelPort, enough: StockLevelPort },
 *   config: z.object({ threshold: z.int().min(0).default(10) }),
 *   run: ({ input, config }) => (input.available < config.threshold ? { low: input } : { enough: input }),
 * });
 */
export function defineNode<Input extends PortType, Outputs extends Ports, Config extends z.ZodObject>(
  definition: NodeDefinition<Input, Outputs, Config>,
): NodeType {
  const { input: port, effect, run } = definition;
  return {
    ...described(definition),
    effect,
    input: port as PortType,
    wants: null,
    run: async (input, config, context) =>
      (await run({
        input: checked(port.schema, input, `the item that came into "${definition.title}"`) as ItemOf<Input>,
        config: checked(definition.config, config, `the settings of "${definition.title}"`),
        context,
      })) as NodeOutputs,
  };
}

/**
 * Defines a trigger: a node without an input, at which executions start. Its settings get the fields of the retry policy.
 */
export function defineTrigger<Outputs extends Ports, Config extends z.ZodObject>(
  definition: TriggerDefinition<Outputs, Config>,
): NodeType {
  const { wants, schedule, address = false, run } = definition;
  const config = definition.config.extend(RETRY_SETTINGS.shape);
  return {
    ...described(definition),
    config,
    address,
    ...(schedule && { schedule: (settings: unknown) => schedule(definition.config.parse(settings)) }),
    retry: (settings) => retryPolicyOf(RETRY_SETTINGS.parse(settings)),
    effect: 'none',
    input: null,
    wants,
    run: async (event, config, context) =>
      (await run({
        event: event as IncomingEvent,
        config: checked(definition.config, config, `the settings of "${definition.title}"`),
        context,
      })) as NodeOutputs,
  };
}

function described<Config extends z.ZodObject, Outputs extends Ports>(
  definition: Described<Config, Outputs>,
) {
  const { type, title, summary, help, group, config, describe, foreignCode = false } = definition;
  const { endsLoops = false, splits = false, joinsParts, waitLimit } = definition;
  return {
    endsLoops,
    splits,
    ...(joinsParts && { joinsParts }),
    ...(waitLimit !== undefined && { waitLimit }),
    type,
    title,
    summary,
    help,
    group,
    config,
    foreignCode,
    outputs: definition.outputs as Readonly<Record<string, PortType>>,
    describe: (settings: unknown) => (describe ? describe(config.parse(settings)) : summary),
  };
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Rejected(`${what} does not have the declared shape: ${z.prettifyError(result.error)}`, {
    code: 'item.shape',
    fix: 'Check the node before this one: what it sends does not fit this input.',
    cause: result.error,
  });
}
