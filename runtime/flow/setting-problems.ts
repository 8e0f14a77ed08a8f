/** What is wrong with a node's settings, by the JSON Schema of its type, in words that stand below the field. */
import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema';
import type { GraphNode } from '../pipelines/graph.ts';
import type { FlowProblem } from './flow-problem.ts';
import {
  type ConnectionFact,
  type FieldSchema,
  mayBeChosen,
  type NodeDescription,
  type SettingsSchema,
} from './node-description.ts';

const validators = new WeakMap<SettingsSchema, Validator>();

function validatorOf(settings: SettingsSchema): Validator {
  const known = validators.get(settings);
  if (known) return known;
  const made = new Validator(settings as unknown as Schema, '2020-12', false);
  validators.set(settings, made);
  return made;
}

/** @param connections those of the client; null where nobody knows them: then a choice of one is not checked. */
export function settingProblems(
  node: Pick<GraphNode, 'id' | 'name' | 'config'>,
  type: NodeDescription,
  connections: readonly ConnectionFact[] | null,
): FlowProblem[] {
  const byField = new Map<string, string>();
  const note = (field: string, text: string) => {
    if (!byField.has(field)) byField.set(field, text);
  };
  const { properties } = type.settings;
  for (const field of Object.keys(node.config))
    if (!Object.hasOwn(properties, field)) note(field, 'is a setting that this node does not have');
  for (const unit of validatorOf(type.settings).validate(node.config).errors) {
    const field = fieldOf(unit);
    if (field && isInUse(type.settings, field, node.config))
      note(field, wordsOf(unit, properties[field] ?? {}));
  }
  for (const [field, schema] of Object.entries(properties)) {
    const problem = problemOfChoice(node.config[field] ?? schema.default, schema, connections);
    if (problem && isInUse(type.settings, field, node.config)) note(field, problem);
  }
  return [...byField].map(([field, text]) => ({
    nodeId: node.id,
    field,
    severity: 'error',
    text: `"${node.name}": ${properties[field]?.title ?? field} ${text}.`,
  }));
}

/** Whether the node has the setting, and it counts with its other settings as they are. */
export function isInUse({ properties }: SettingsSchema, field: string, config: GraphNode['config']): boolean {
  const schema = Object.hasOwn(properties, field) ? properties[field] : undefined;
  if (!schema) return false;
  return Object.entries(schema.when ?? {}).every(([other, values]) =>
    values.includes(String(config[other] ?? properties[other]?.default ?? '')),
  );
}

const fieldOf = ({ instanceLocation }: OutputUnit): string | undefined => instanceLocation.split('/')[1];

function problemOfChoice(
  value: unknown,
  schema: FieldSchema,
  connections: readonly ConnectionFact[] | null,
): string | null {
  const { needed, connection } = schema;
  if (value === '' || value === undefined) return needed ? `is missing: ${needed}` : null;
  if (!connection || !connections || typeof value !== 'string') return null;
  const chosen = connections.find(({ id }) => id === value);
  if (!chosen) return 'names a connection that is gone; choose another one';
  return mayBeChosen(schema, chosen) ? null : 'names a connection of the wrong kind; choose another one';
}

/** One failed demand of a schema in words. */
function wordsOf({ keyword, error }: OutputUnit, schema: FieldSchema): string {
  switch (keyword) {
    case 'type':
      return schema.type === 'integer'
        ? 'must be a whole number'
        : `must be ${article(schema.type ?? 'value')}`;
    case 'minimum':
    case 'maximum':
      return schema.minimum !== undefined && schema.maximum !== undefined
        ? `must be from ${schema.minimum} to ${schema.maximum}`
        : keyword === 'minimum'
          ? `must be at least ${schema.minimum}`
          : `must be at most ${schema.maximum}`;
    case 'minLength':
      return schema.minLength === 1
        ? 'must not be empty'
        : `must have at least ${schema.minLength} characters`;
    case 'maxLength':
      return `must have at most ${schema.maxLength} characters`;
    case 'enum':
      return `must be one of: ${(schema.enum ?? []).map((value) => schema.words?.[value] ?? value).join(', ')}`;
    case 'pattern':
      return 'does not have the right form';
    default:
      return `is not right (${error})`;
  }
}

const article = (type: string): string =>
  type === 'string' ? 'text' : type === 'boolean' ? 'yes or no' : type === 'array' ? 'a list' : `a ${type}`;
