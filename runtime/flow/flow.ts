/** The shape of a flow as types alone, for who can't take the schema along. */
export type { Graph, GraphNode, Group, Note, Wire } from '../pipelines/graph.ts';
