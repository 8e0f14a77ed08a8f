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
