/**
 * WooCommerce's key check, step by step as class-wc-rest-authentication.php has it. Where WordPress sees HTTPS, keys in
 * the query or in a Basic header count; otherwise only a signature (OAuth 1.0a). An unknown key is nobody, and nobody
 * may not see the resource; a known key with a wrong secret, time or signature is told so.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import { signatureBase } from '../../request-auth.ts';
import type { KeyRing } from '../key-ring.ts';
import type { ApiKey } from '../state.ts';
import { homeOf, type Site, seesHttps } from './site.ts';
import { WordPressError } from './wordpress-error.ts';

const WINDOW_SECONDS = 15 * 60;
const OAUTH = [
  'oauth_consumer_key',
  'oauth_timestamp',
  'oauth_nonce',
  'oauth_signature',
  'oauth_signature_method',
];

export class KeyCheck {
  readonly #keys: KeyRing;
  readonly #site: () => Site;
  readonly #revoked: () => boolean;
  /** As WooCommerce keeps them: one for each second, of the last quarter of an hour. */
  readonly #nonces = new Map<number, string>();

  constructor(keys: KeyRing, site: () => Site, revoked: () => boolean) {
    this.#keys = keys;
    this.#site = site;
    this.#revoked = revoked;
  }

  readonly middleware = (request: Request, response: Response, next: NextFunction): void => {
    try {
      const plain = seesHttps(this.#site(), request) ? this.#plainKey(request, response) : null;
      const key = plain ?? this.#signature(request);
      if (!key) throw nobody(request, 401);
      this.#demandPermission(key, request.method);
      if (this.#site().userMayNot) throw nobody(request, 403);
      next();
    } catch (error) {
      next(error);
    }
  };

  /** Keys as they are; null: none, or one that nobody knows. */
  #plainKey(request: Request, response: Response): ApiKey | null {
    const query = parametersOf(request);
    const header = this.#site().dropsAuthorization ? undefined : request.headers.authorization;
    const [key, secret] =
      query.consumer_key && query.consumer_secret
        ? [query.consumer_key, query.consumer_secret]
        : credentials(header);
    const known = this.#known(key);
    if (!known) return null;
    if (same(secret, known.consumerSecret)) return known;
    response.set(
      'WWW-Authenticate',
      'Basic realm="WooCommerce API. Use a consumer key in the username field."',
    );
    throw refused('Consumer secret is invalid.');
  }

  #signature(request: Request): ApiKey | null {
    const parameters = parametersOf(request);
    const missing = OAUTH.filter((name) => !parameters[name]);
    if (missing.length === OAUTH.length) return null;
    if (missing.length > 0) {
      const message = `Missing OAuth parameters ${missing.join(', ')}`;
      throw new WordPressError(401, 'woocommerce_rest_authentication_missing_parameter', message);
    }
    const key = this.#known(parameters.oauth_consumer_key ?? '');
    if (!key) throw refused('Consumer key is invalid.');
    this.#demandSignature(key, request, parameters);
    this.#demandFreshness(Number(parameters.oauth_timestamp), parameters.oauth_nonce ?? '');
    return key;
  }

  #demandSignature(key: ApiKey, request: Request, parameters: Readonly<Record<string, string>>): void {
    const { oauth_signature: given = '', ...signed } = parameters;
    const algorithm = signed.oauth_signature_method?.replace('HMAC-', '').toLowerCase() ?? '';
    if (!['sha1', 'sha256'].includes(algorithm)) {
      throw refused('Invalid signature - signature method is invalid.');
    }
    const [path = ''] = request.originalUrl.split('?');
    const text = signatureBase(request.method, new URL(path, homeOf(this.#site(), request)), signed);
    const expected = createHmac(algorithm, `${key.consumerSecret}&`).update(text).digest('base64');
    if (!same(given.replaceAll(' ', '+'), expected)) {
      throw refused('Invalid signature - provided signature does not match.');
    }
  }

  #demandFreshness(timestamp: number, nonce: string): void {
    const now = Math.floor(Date.now() / 1_000) + this.#site().clockSeconds;
    if (!(Math.abs(timestamp - now) <= WINDOW_SECONDS)) throw refused('Invalid timestamp.');
    if ([...this.#nonces.values()].includes(nonce)) {
      throw refused('Invalid nonce - nonce has already been used.');
    }
    this.#nonces.set(timestamp, nonce);
    for (const second of this.#nonces.keys()) if (second < now - WINDOW_SECONDS) this.#nonces.delete(second);
  }

  #known(key: string): ApiKey | null {
    return this.#revoked() ? null : this.#keys.find(key);
  }

  #demandPermission(key: ApiKey, method: string): void {
    const needed = method === 'GET' || method === 'HEAD' ? 'read' : 'write';
    if (key.permissions.includes(needed)) return;
    throw refused(`The API key provided does not have ${needed} permissions.`);
  }
}

function refused(message: string): WordPressError {
  return new WordPressError(401, 'woocommerce_rest_authentication_error', message);
}

function parametersOf(request: Request): Record<string, string> {
  return Object.fromEntries(new URL(request.originalUrl, 'http://x').searchParams);
}

function credentials(header: string | undefined): [string, string] {
  const [, encoded = ''] = /^Basic ([\w+/=]+)$/i.exec(header ?? '') ?? [];
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? ['', ''] : [text.slice(0, colon), text.slice(colon + 1)];
}

function same(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function nobody(request: Request, status: 401 | 403): WordPressError {
  const refuse = (code: string, message: string) =>
    new WordPressError(status, `woocommerce_rest_cannot_${code}`, `Sorry, you ${message}`);
  if (request.path.endsWith('/batch')) {
    return refuse('batch', 'are not allowed to batch manipulate this resource.');
  }
  const single = /\/\d+$/.test(request.path);
  if (request.method === 'GET') {
    return single ? refuse('view', 'cannot view this resource.') : refuse('view', 'cannot list resources.');
  }
  if (request.method === 'DELETE') return refuse('delete', 'are not allowed to delete this resource.');
  return single
    ? refuse('edit', 'are not allowed to edit this resource.')
    : refuse('create', 'are not allowed to create resources.');
}
