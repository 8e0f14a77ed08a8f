/**
 * What a query costs, by the rules of shopify.dev, api/usage/limits as far as they are public: a scalar 0, an
 * object 1, a connection as many times its nodes as `first` asks for, a mutation 10. Real figures may differ.
 */
import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';

type Variables = Readonly<Record<string, unknown>>;

const MUTATION_COST = 10;

/** The points that a query is charged before it runs. Takes validated documents without fragment spreads by name. */
export function requestedCost(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Variables,
): number {
  const fields = operation.selectionSet.selections.length;
  if (operation.operation === 'mutation') return MUTATION_COST * fields;
  const root = schema.getQueryType();
  return root ? selectionCost(schema, root, operation.selectionSet, variables) : 0;
}

function selectionCost(
  schema: GraphQLSchema,
  parent: GraphQLCompositeType,
  set: SelectionSetNode,
  variables: Variables,
): number {
  let cost = 0;
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) cost += fieldCost(schema, parent, selection, variables);
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const type = schema.getType(selection.typeCondition?.name.value ?? parent.name);
      if (type && isCompositeType(type))
        cost += selectionCost(schema, type, selection.selectionSet, variables);
    }
  }
  return cost;
}

function fieldCost(
  schema: GraphQLSchema,
  parent: GraphQLCompositeType,
  field: FieldNode,
  variables: Variables,
): number {
  const definition =
    isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[field.name.value] : undefined;
  const type = definition && getNamedType(definition.type);
  if (!type || !isCompositeType(type) || !field.selectionSet || type.name === 'PageInfo') return 0;
  const inside = selectionCost(schema, type, field.selectionSet, variables);
  if (type.name.endsWith('Connection')) return inside * Number(argument(field, 'first', variables) ?? 1);
  const ids = argument(field, 'ids', variables);
  return (1 + inside) * (Array.isArray(ids) ? ids.length : 1);
}

function argument(field: FieldNode, name: string, variables: Variables): unknown {
  const node = field.arguments?.find((one) => one.name.value === name);
  return node && valueFromASTUntyped(node.value, { ...variables });
}

/** What it came to: the objects in the answer. Connections, their pages and lists cost nothing by themselves. */
export function actualCost(operation: OperationDefinitionNode, data: unknown): number {
  if (operation.operation === 'mutation') return MUTATION_COST * operation.selectionSet.selections.length;
  return Math.max(objectsIn(data) - 1, 0);
}

function objectsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const children = Object.entries(value).map(([key, child]) => (key === 'pageInfo' ? 0 : objectsIn(child)));
  const own = Array.isArray(value) || 'pageInfo' in value || 'nodes' in value ? 0 : 1;
  return children.reduce((total, count) => total + count, own);
}
