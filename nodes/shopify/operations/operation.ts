/**
 * A GraphQL operation that the client sends, beside the shape of its answer. The contract test
 * (test/contracts/shopify-schema.test.ts) holds each document to Shopify's published schema.
 */
import { z } from 'zod';

/** Pinned: stable since 2026-10-01, served until 2027-10-16. */
export const API_VERSION = '2026-10';

export interface Operation<Answer> {
  /** The name in the document; also what the limiter and the health page call it. */
  readonly name: string;
  readonly document: string;
  readonly answer: z.ZodType<Answer>;
}

export const Id = z.string().startsWith('gid://shopify/').max(300);
export const PageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });

/** What a mutation was refused for. */
export const UserErrors = z.array(
  z.object({ field: z.array(z.string()).nullable(), message: z.string(), code: z.string().nullish() }),
);
export type UserErrors = z.infer<typeof UserErrors>;
