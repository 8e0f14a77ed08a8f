/** Looks at a connection as a whole: rights, locations, version. */
import type { ChannelAccount } from '#runtime/sync/channel.ts';
import type { ConnectionFinding } from '#runtime/sync/connection-finding.ts';
import { mappedLocations } from './kept-locations.ts';
import { readLocations } from './locations.ts';
import { API_VERSION } from './operations/operation.ts';
import { appRights, type Location } from './operations/shop-operations.ts';
import { missingScopes, type ScopeNeed } from './scopes.ts';
import type { ShopifySecret } from './secret.ts';
import type { Transport } from './transport.ts';

/** What stands in the way; empty: nothing. @throws as the transport does, for keys and shops that don't work at all. */
export async function check(
  transport: Transport,
  { locations, secret }: Pick<ChannelAccount<ShopifySecret>, 'locations' | 'secret'>,
): Promise<ConnectionFinding[]> {
  const { currentAppInstallation, publicApiVersions } = await transport(appRights);
  const missing = missingScopes(currentAppInstallation.accessScopes.map(({ handle }) => handle));
  const findings = (['bad', 'warn'] as const).flatMap((tone) => {
    const needs = missing.filter((need) => need.tone === tone);
    return needs.length > 0 ? [scopesMissing(needs, tone)] : [];
  });
  const version = publicApiVersions.find(({ handle }) => handle === API_VERSION);
  if (!version?.supported) findings.push(VERSION_ENDS);
  const seesLocations = !missing.some(({ oneOf }) => oneOf[0] === 'read_locations');
  if (seesLocations) {
    const { kept, active } = await readLocations(transport, secret.locationId);
    const mapped = mappedLocations(locations).map(({ id }) => id);
    findings.push(...othersSell(active, mapped.length > 0 ? mapped : [kept.id]), ...closed(active, mapped));
  }
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

/** Shopify sells what lies at any location that fulfils online orders; SyncFlow keeps those in step that were chosen. */
function othersSell(active: readonly Location[], kept: readonly string[]): ConnectionFinding[] {
  const others = active.filter(({ id, fulfillsOnlineOrders }) => !kept.includes(id) && fulfillsOnlineOrders);
  if (others.length === 0) return [];
  const names = namesOf(others);
  return [
    {
      code: 'shopify.other-locations',
      tone: 'warn',
      reason: `SyncFlow keeps the counts at ${namesOf(active.filter(({ id }) => kept.includes(id)))} in step. ${names} sell${others.length === 1 ? 's' : ''} online too: what lies there is sold beside it, and SyncFlow does not know of it.`,
      fix: 'Choose them under "Locations" of this connection, or turn off "Fulfill online orders" there in Shopify under Settings → Locations.',
      action: 'look-again',
    },
  ];
}

/** A location that was chosen and is not there any more. */
function closed(active: readonly Location[], kept: readonly string[]): ConnectionFinding[] {
  const gone = kept.filter((id) => !active.some((one) => one.id === id));
  if (gone.length === 0) return [];
  return [
    {
      code: 'shopify.location-closed',
      tone: 'warn',
      reason: `${gone.length} of the locations that were chosen for this connection ${gone.length === 1 ? 'is' : 'are'} not active in Shopify any more: nothing is sent there.`,
      fix: 'Activate it again in Shopify under Settings → Locations, or choose anew under "Locations" of this connection.',
      action: 'look-again',
    },
  ];
}

function namesOf(locations: readonly Location[]): string {
  return locations
    .map(({ name }) => `"${name}"`)
    .join(', ')
    .slice(0, 200);
}
