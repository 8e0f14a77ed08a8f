/** Which cases are meant for a server of this version, in a replica set. */
import type { Requirement } from './specification.ts';

const TOPOLOGY = 'replicaset';

/** True if any of the requirements is met, or there is none. */
export function isMeantFor(version: string, requirements: readonly Requirement[] | undefined): boolean {
  return !requirements || requirements.some((one) => isMet(version, one));
}

function isMet(version: string, one: Requirement): boolean {
  return (
    compareVersions(version, one.minServerVersion ?? '0') >= 0 &&
    compareVersions(version, one.maxServerVersion ?? '99999') <= 0 &&
    (one.topologies?.includes(TOPOLOGY) ?? true) &&
    one.serverless !== 'require' &&
    one.auth !== true
  );
}

function compareVersions(left: string, right: string): number {
  const [ours, theirs] = [left, right].map((version) => version.split('.').map(Number));
  for (const place of [0, 1, 2]) {
    const difference = (ours?.[place] ?? 0) - (theirs?.[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
