import { createHash } from 'node:crypto';
import type { ClientId } from '../ids.ts';
import type { Address } from './later-effects.ts';

/** Names a group of messages at a node. Of any length and content, so it is hashed. */
export function groupIdOf(clientId: ClientId, { pipelineId, nodeId }: Address, group: string): string {
  const hash = createHash('sha256').update(group).digest('base64url');
  return `${clientId}/${pipelineId}/${nodeId}/${hash}`;
}
