/**
 * Shopify's own Admin API schemas as published in the npm package @shopify/dev-mcp. Only its tarball is
 * fetched, held to its pinned hash, and one data file read out of it: the package is never installed or run.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { buildClientSchema, type GraphQLSchema, type IntrospectionQuery } from 'graphql';

const PACKAGE = '@shopify/dev-mcp@1.16.0';
const SHA512 = 'tqgRnK7sQhjew+htxtleTH23nXB5fZcsrhWgEkomsorGXvLOB2mh2upwZm8uzuTDNTZnqtLMe64yIwh6s2awtw==';
/** The version that we speak, and the one before: what holds in both outlives a change of Shopify's best. */
export const SCHEMA_VERSIONS = ['2026-10', '2026-07'] as const;
export type SchemaVersion = (typeof SCHEMA_VERSIONS)[number];
const TARBALL = 'shopify-dev-mcp-1.16.0.tgz';
const CACHE = join('node_modules', '.cache', 'syncflow');
const FETCH_TIMEOUT_MS = 120_000;
const DATA_BYTES_MAX = 64 * 1024 * 1024;

export type Obtained =
  | { readonly schemas: Readonly<Record<SchemaVersion, GraphQLSchema>> }
  | { readonly unreachable: string };

/**
 * The schemas, from the cache or from the registry; or why it can't be had just now.
 * @throws {Error} when what was fetched is not the pinned file.
 */
export function obtainShopifySchemas(): Obtained {
  const tarball = join(CACHE, TARBALL);
  if (!isPinned(tarball)) {
    const unreachable = fetchTarball();
    if (unreachable) return { unreachable };
  }
  const [newest, before] = SCHEMA_VERSIONS;
  return { schemas: { [newest]: read(tarball, newest), [before]: read(tarball, before) } };
}

function read(tarball: string, version: SchemaVersion): GraphQLSchema {
  const file = `package/dist/data/admin_${version}.json.gz`;
  const zipped = execFileSync('tar', ['-xzOf', tarball, file], { maxBuffer: DATA_BYTES_MAX });
  const { data }: { data: IntrospectionQuery } = JSON.parse(gunzipSync(zipped).toString('utf8'));
  // Some of its deprecations break a rule of newer GraphQL specifications; it is Shopify's schema all the same.
  return buildClientSchema(data, { assumeValid: true });
}

function isPinned(file: string): boolean {
  try {
    return createHash('sha512').update(readFileSync(file)).digest('base64') === SHA512;
  } catch {
    return false;
  }
}

/** Puts the tarball into the cache; returns the reason when the registry can't be reached. */
function fetchTarball(): string | null {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'fetch-'));
  try {
    const options = ['--pack-destination', folder, '--ignore-scripts', '--fetch-retries=0', '--silent'];
    execFileSync('npm', ['pack', PACKAGE, ...options], { timeout: FETCH_TIMEOUT_MS, stdio: 'pipe' });
  } catch (error) {
    rmSync(folder, { recursive: true });
    return `npm pack ${PACKAGE} failed: ${String(error).slice(0, 200)}`;
  }
  const fetched = join(folder, TARBALL);
  const pinned = isPinned(fetched);
  if (pinned) renameSync(fetched, join(CACHE, TARBALL));
  rmSync(folder, { recursive: true });
  if (!pinned) throw new Error(`the registry's ${PACKAGE} has not the pinned sha512`);
  return null;
}
