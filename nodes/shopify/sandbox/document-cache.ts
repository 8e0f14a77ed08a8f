/** Parsed and validated GraphQL documents: a client sends the same few over and over. */
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';

export interface Document {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

const CACHED_MAX = 100;

/** A function that gives the document, or what is wrong with it. */
export function documentCache(
  schema: GraphQLSchema,
): (query: string, operationName: string | null) => Document | GraphQLError {
  const cache = new Map<string, DocumentNode>();
  const valid = (query: string): DocumentNode => {
    const known = cache.get(query);
    if (known) return known;
    const document = parse(query, { maxTokens: 5000 });
    const [error] = validate(schema, document);
    if (error) throw error;
    if (cache.size === CACHED_MAX) cache.clear();
    cache.set(query, document);
    return document;
  };
  return (query, operationName) => {
    try {
      const document = valid(query);
      const operation = getOperationAST(document, operationName);
      return operation ? { document, operation } : new GraphQLError('An operation name is required');
    } catch (error) {
      if (error instanceof GraphQLError) return error;
      throw error;
    }
  };
}
