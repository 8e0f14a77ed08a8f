/** Node types as plain data, for the checks and for the page. */
import { z } from 'zod';
import type { NodeDescription, NodeDescriptions, SettingsSchema } from '../flow/node-description.ts';
import type { NodeType, NodeTypes } from './node-type.ts';
import type { PortType } from './port-type.ts';

const described = new WeakMap<NodeTypes, NodeDescriptions>();

/** Descriptions by type. Made once for each set of types. */
export function describeNodes(types: NodeTypes): NodeDescriptions {
  const known = described.get(types);
  if (known) return known;
  const made = new Map([...types].map(([name, type]) => [name, describeNode(type)]));
  described.set(types, made);
  return made;
}

function describeNode(type: NodeType): NodeDescription {
  const { input, outputs, config, title, summary, help, group, effect } = type;
  const { properties = {} } = z.toJSONSchema(config, { io: 'input' });
  return {
    type: type.type,
    title,
    summary,
    help,
    group,
    effect,
    trigger: input === null,
    input: input && { name: 'in', type: input.name, isA: isA(input) },
    outputs: Object.entries(outputs).map(([name, port]) => ({
      name,
      type: port.name,
      isA: isA(port),
      ...(isItem(port.example) && { example: port.example }),
    })),
    settings: { type: 'object', properties: properties as SettingsSchema['properties'] },
    foreignCode: type.foreignCode ?? false,
    address: type.address ?? false,
    endsLoops: type.endsLoops ?? false,
    splits: type.splits ?? false,
    joinsParts: type.joinsParts ?? null,
    waitLimit: type.waitLimit ?? null,
  };
}

const isItem = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function isA(port: PortType): string[] {
  const names: string[] = [];
  for (let type: PortType | undefined = port; type; type = type.extends) names.push(type.name);
  return names;
}
