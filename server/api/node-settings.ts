/** A node's settings in words, for reading: title and value of each field. */
import { z } from 'zod';
import type { NodeType } from '#runtime/pipelines/node-type.ts';
import type { PipelineView } from './views.ts';

type Setting = PipelineView['nodes'][number]['settings'][number];

const FieldMeta = z.object({
  title: z.string().optional(),
  unit: z.string().optional(),
  empty: z.string().optional(),
});

/** Fields with the title, the unit and the word for "empty" that their schemas carry. */
export function settingsOf(type: NodeType, config: Readonly<Record<string, unknown>>): Setting[] {
  const values = type.config.parse(config);
  return Object.entries(type.config.shape).map(([name, schema]) => {
    const { title, unit, empty } = FieldMeta.parse(z.globalRegistry.get(schema) ?? {});
    const value = values[name];
    const shown = value === '' ? (empty ?? '') : String(value);
    return { title: title ?? name, value: unit ? `${shown} ${unit}` : shown };
  });
}
