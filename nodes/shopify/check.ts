/** Looks at a connection as a whole: rights, locations, version. */
import type { ConnectionFinding } from '#runtime/sync/connection-finding.ts';
import { readLocations, type ShopLocations } from './locations.ts';
import { API_VERSION } from './operations/operation.ts';
import { appRights } from './operations/shop-operations.ts';
import { missingScopes, type ScopeNeed } from './scopes.ts';
import type { Transport } from './transport.ts';

/** What stands in the way; empty: nothing. @throws as the transport does, for keys and shops that don't work at all. */
export async function check(transport: Transport, chosen: string | undefined): Promise<ConnectionFinding[]> {
  const { currentAppInstallation, publicApiVersions } = await transport(appRights);
  const missing = missingScopes(currentAppInstallation.accessScopes.map(({ handle }) => handle));
  const findings = (['bad', 'warn'] as const).flatMap((tone) => {
    const needs = missing.filter((need) => need.tone === tone);
    return needs.length > 0 ? [scopesMissing(needs, tone)] : [];
  });
  const version = publicApiVersions.find(({ handle }) => handle === API_VERSION);
  if (!version?.supported) findings.push(VERSION_ENDS);
  const seesLocations = !missing.some(({ oneOf }) => oneOf[0] === 'read_locations');
  if (seesLocations) findings.push(...othersSell(await readLocations(transport, chosen)));
  return findings;
}

function scopesMissing(needs: readonly ScopeNeed[], tone: 'bad' | 'warn'): ConnectionFinding {
  const named = needs.map(({ oneOf, what }) => `${oneOf[0]} (${what})`).join(', ');
  return {
    code: 'shopify.scopes-missing',
    tone,
    reason:
      tone === 'bad'
        ? `Shopify has not given SyncFlow all rights that it needs: ${named} ${needs.length === 1 ? 'is' : 'are'} missing.`
        : `Without ${named}, a part of what flows can do will be refused by Shopify.`,
    fix: "Add them to the app's access scopes in Shopify's Dev Dashboard, release that version, then connect again and agree.",
    action: 'connect-again',
  };
}

const VERSION_ENDS: ConnectionFinding = {
  code: 'shopify.version-ends',
  tone: 'warn',
  reason: `Shopify no longer supports its API version ${API_VERSION}, with which this SyncFlow speaks.`,
  fix: 'Update SyncFlow to its newest version.',
  action: 'look-again',
};

/** Shopify sells what lies at any location that fulfils online orders; SyncFlow keeps one of them in step. */
function othersSell({ kept, active }: ShopLocations): ConnectionFinding[] {
  const others = active.filter(({ id, fulfillsOnlineOrders }) => id !== kept.id && fulfillsOnlineOrders);
  if (others.length === 0) return [];
  const names = others
    .map(({ name }) => `"${name}"`)
    .join(', ')
    .slice(0, 200);
  return [
    {
      code: 'shopify.other-locations',
      tone: 'warn',
      reason: `SyncFlow keeps the counts at "${kept.name}" in step. ${names} sell${others.length === 1 ? 's' : ''} online too: what lies there is sold beside it, and SyncFlow does not know of it.`,
      fix: 'Turn off "Fulfill online orders" there in Shopify under Settings → Locations, or keep no stock there.',
      action: 'look-again',
    },
  ];
}
