/** A flow template: parameters with a schema, and the graph that they fill in. */
import type { z } from 'zod';
import { Graph } from '#runtime/pipelines/graph.ts';

export interface Template<Parameters extends z.ZodObject = z.ZodObject> {
  /** Stands in saved pipelines, so it never changes. */
  readonly id: string;
  readonly title: string;
  /** What it promises, in one sentence. */
  readonly promise: string;
  readonly parameters: Parameters;
  /** It says to shops what they shall show: their products are matched first, and what changes at once is looked at. */
  readonly writesStock: boolean;
  /** So many shops must be connected for it to be of use. */
  readonly shopsMin: number;
  /** What it will do, in sentences for these parameters; the first words are the reader's own: "When …". */
  readonly rules: (parameters: z.infer<Parameters>) => readonly string[];
  /** The same by an example. */
  readonly example: (parameters: z.infer<Parameters>) => string;
  readonly graph: (parameters: z.infer<Parameters>) => Graph;
}

export interface FilledTemplate {
  readonly template: string;
  readonly name: string;
  readonly parameters: Record<string, unknown>;
  readonly graph: Graph;
}

/** Fills in a template. @throws {ZodError} when a parameter is not as the schema wants it. */
export function fillIn<Parameters extends z.ZodObject>(
  template: Template<Parameters>,
  given: z.input<Parameters>,
): FilledTemplate {
  const parameters = template.parameters.parse(given);
  const graph = Graph.parse(template.graph(parameters));
  return { template: template.id, name: template.title, parameters, graph };
}
