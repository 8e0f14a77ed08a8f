/**
 * What can stand between SyncFlow and a WooCommerce shop: each with its own sentence and the one thing that mends it.
 * The table for merchants is docs/merchants/connect-woocommerce.md; a test holds it to these codes.
 */
import type { ConnectionFinding } from '#runtime/sync/connection-finding.ts';

type Kind = Pick<ConnectionFinding, 'tone' | 'action'> & {
  readonly reason: (detail: string) => string;
  readonly fix: (detail: string) => string;
};

const say = (text: string) => () => text;
const REST_KEYS = 'WooCommerce → Settings → Advanced → REST API';

/** `detail`: an address, a number of minutes, or what the shop itself said. */
const KINDS = {
  'woocommerce.unreachable': {
    tone: 'bad',
    action: 'look-again',
    reason: (detail) => `Nothing answers at the shop's address (${detail}).`,
    fix: say(
      'Check the address for typing mistakes, and whether the shop opens in a browser from elsewhere.',
    ),
  },
  'woocommerce.self-signed': {
    tone: 'bad',
    action: 'look-again',
    reason: say(
      'The shop proves itself by a certificate that it signed itself. Nobody can tell it from a stranger, so no key was sent.',
    ),
    fix: say(
      "Ask the shop's host for a real certificate (Let's Encrypt is free), or start SyncFlow with NODE_EXTRA_CA_CERTS pointing to the file of your own authority.",
    ),
  },
  'woocommerce.certificate': {
    tone: 'bad',
    action: 'look-again',
    reason: (detail) =>
      `The shop's certificate is not valid for this address (${detail}), so no key was sent.`,
    fix: say(
      "Ask the shop's host to renew the certificate with its whole chain, and enter the very address that it is made out for.",
    ),
  },
  'woocommerce.redirect': {
    tone: 'bad',
    action: 'connect-again',
    reason: (detail) =>
      `The shop sends every call on to ${detail}. A call that is sent on loses its key, so SyncFlow does not follow.`,
    fix: (detail) => `Enter ${detail} as the shop's address.`,
  },
  'woocommerce.login-wall': {
    tone: 'bad',
    action: 'look-again',
    reason: say('The shop sends calls to its API on to a login, a waiting page or a staging lock.'),
    fix: say(
      'Take addresses under /wp-json/ out of the maintenance mode, the launch page or the staging lock of the shop.',
    ),
  },
  'woocommerce.firewall': {
    tone: 'bad',
    action: 'look-again',
    reason: (detail) =>
      `A firewall, a bot check or a cache in front of the shop answered with a web page instead of WooCommerce (${detail}).`,
    fix: say(
      "Allow SyncFlow's address for /wp-json/wc/ in the firewall or CDN of the shop (Cloudflare, Sucuri, the host's own).",
    ),
  },
  'woocommerce.security-plugin': {
    tone: 'bad',
    action: 'look-again',
    reason: (detail) =>
      `A plugin in the shop keeps the REST API closed (it says ${detail}), before WooCommerce can look at the key.`,
    fix: say(
      'In the security plugin of the shop allow the REST API for requests with a WooCommerce key, or at least for routes under wc/v3.',
    ),
  },
  'woocommerce.permalinks': {
    tone: 'bad',
    action: 'look-again',
    reason: say(
      'The shop is there, but its permalinks are set to "Plain": addresses under /wp-json/ do not exist then.',
    ),
    fix: say('In WordPress under Settings → Permalinks choose any structure but "Plain", and save.'),
  },
  'woocommerce.no-wordpress': {
    tone: 'bad',
    action: 'connect-again',
    reason: say('There is a website at this address, but no WordPress.'),
    fix: say(
      'Enter the address at which customers see the shop; if it lies in a folder, with the folder (https://example.com/shop).',
    ),
  },
  'woocommerce.not-active': {
    tone: 'bad',
    action: 'look-again',
    reason: say('WordPress answers, but WooCommerce is not active in it.'),
    fix: say('In WordPress under Plugins activate WooCommerce, 7.0 or newer.'),
  },
  'woocommerce.key-unknown': {
    tone: 'bad',
    action: 'connect-again',
    reason: say('The shop does not know this key: it was revoked, deleted with its user, or mistyped.'),
    fix: say(`Under ${REST_KEYS} make a new key with Read/Write permission, and connect again with it.`),
  },
  'woocommerce.secret-wrong': {
    tone: 'bad',
    action: 'connect-again',
    reason: say('The shop knows the key, but the secret does not belong to it.'),
    fix: say(
      `Enter the secret (cs_…) that was shown together with this key. WooCommerce shows it once: if it is lost, make a new key under ${REST_KEYS}.`,
    ),
  },
  'woocommerce.read-only': {
    tone: 'bad',
    action: 'connect-again',
    reason: (detail) => `The key may not ${detail}, so SyncFlow could not keep this shop in step.`,
    fix: say(`Under ${REST_KEYS} set the permissions of this key to Read/Write, then look again.`),
  },
  'woocommerce.user-rights': {
    tone: 'bad',
    action: 'look-again',
    reason: say('The key is right, but its user may not see orders and products.'),
    fix: say(
      'Make the key for a user with the role Administrator or Shop manager, or give its user that role.',
    ),
  },
  'woocommerce.clock': {
    tone: 'bad',
    action: 'look-again',
    reason: (detail) =>
      `The clocks of the shop's server and of this machine differ by ${detail} minutes. Over http WooCommerce takes no call that is more than 15 minutes off.`,
    fix: say('Set the clock of the machine that is wrong: switch on its time service (NTP).'),
  },
  'woocommerce.clock-off': {
    tone: 'warn',
    action: 'look-again',
    reason: (detail) =>
      `The clocks of the shop's server and of this machine differ by ${detail} minutes. Times of orders will look odd.`,
    fix: say('Set the clock of the machine that is wrong: switch on its time service (NTP).'),
  },
  'woocommerce.header-dropped': {
    tone: 'warn',
    action: 'look-again',
    reason: say(
      "The shop's server drops the Authorization header, so the key goes in the address of each call. It works, but then it stands in the server's logs.",
    ),
    fix: say(
      'Ask the host to pass the header on to PHP (CGIPassAuth On, or a rewrite rule for HTTP_AUTHORIZATION in .htaccess).',
    ),
  },
  'woocommerce.proxy': {
    tone: 'warn',
    action: 'look-again',
    reason: say(
      'HTTPS ends at a proxy before the shop, and WordPress does not know of it: it takes signed calls only. SyncFlow signs them; other programs may fail.',
    ),
    fix: say(
      "In wp-config.php make WordPress believe the proxy: if X-Forwarded-Proto is https, set $_SERVER['HTTPS'] = 'on'.",
    ),
  },
  'woocommerce.other-home': {
    tone: 'warn',
    action: 'connect-again',
    reason: (detail) => `WordPress says that its address is ${detail}. Signed calls to another one fail.`,
    fix: (detail) => `Connect again with ${detail} as the shop's address.`,
  },
  'woocommerce.stock-off': {
    tone: 'warn',
    action: 'look-again',
    reason: say('Stock management is switched off for the whole shop: nothing in it can be kept in step.'),
    fix: say('Tick "Enable stock management" under WooCommerce → Settings → Products → Inventory.'),
  },
  'woocommerce.busy': {
    tone: 'bad',
    action: 'look-again',
    reason: (detail) => `The shop is overloaded or out of order just now (${detail}).`,
    fix: say("Wait a minute and look again; if it stays, ask the shop's host what its error log says."),
  },
} as const satisfies Readonly<Record<string, Kind>>;

export type FindingCode = keyof typeof KINDS;

/** All that can be found, for the reference and its test. */
export const FINDING_CODES = Object.keys(KINDS) as readonly FindingCode[];

export function finding(code: FindingCode, detail = ''): ConnectionFinding {
  const { tone, action, reason, fix } = KINDS[code];
  return { code, tone, action, reason: reason(detail), fix: fix(detail) };
}
