/** Puts the rules for addresses under every `fetch` of this process. */
import { type LookupAddress, type LookupOptions, lookup, promises } from 'node:dns';
import { isIP } from 'node:net';
import { Agent, buildConnector, type Dispatcher, setGlobalDispatcher } from 'undici';
import { Rejected } from '../errors.ts';
import type { AddressRules } from './address-rules.ts';

/** Guards this process from now on. */
export function guardOutgoing(rules: AddressRules): void {
  setGlobalDispatcher(guardedDispatcher(rules));
  rulesOfProcess = rules;
}

/** null: this process is not guarded. */
let rulesOfProcess: AddressRules | null = null;

/**
 * The address to connect to, for what speaks something else than HTTP (SMTP): checked as every `fetch` is. Connect to
 * this address, not to the name, which may answer differently the second time.
 * @throws {Rejected} when no address of the host may be connected to; what `dns.lookup` throws when there is none.
 */
export async function checkedAddress(host: string): Promise<string> {
  const rules = rulesOfProcess;
  const found = isIP(host) ? [{ address: host }] : await promises.lookup(host, { all: true });
  const allowed = found.find(({ address }) => !rules || rules.allows(address));
  if (!allowed) throw refusal(host, found[0]?.address ?? '');
  return allowed.address;
}

type Looked = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/** Connects to allowed addresses alone; anything else fails with an {@link Rejected}, as the cause of fetch's error. */
export function guardedDispatcher(rules: AddressRules): Dispatcher {
  const connect = buildConnector({
    lookup: (host: string, options: LookupOptions, done: Looked) => lookUp(rules, host, options, done),
  });
  return new Agent({
    connect: (options, callback) => {
      const host = options.hostname.replace(/^\[|\]$/g, '');
      // An address in the place of a name is never looked up.
      if (isIP(host) !== 0 && !rules.allows(host)) callback(refusal(host, host), null);
      else connect(options, callback);
    },
  });
}

/** All addresses of a name, without those that are not allowed: what is connected to is one of these. */
function lookUp(rules: AddressRules, host: string, options: LookupOptions, done: Looked): void {
  lookup(host, { ...options, all: true }, (error, found) => {
    if (error) {
      done(error, []);
      return;
    }
    const allowed = found.filter(({ address }) => rules.allows(address));
    const [first] = allowed;
    if (!first) done(refusal(host, found[0]?.address ?? ''), []);
    else if (options.all) done(null, allowed);
    else done(null, first.address, first.family);
  });
}

function refusal(host: string, address: string): Rejected {
  const where = host === address ? address : `${host} (${address})`;
  return new Rejected(`${where} is not a public address, and SyncFlow connects to those alone.`, {
    code: 'far-side.address',
    fix: 'If it is meant, let whoever runs SyncFlow name it in the setting OUTGOING_ALLOW. Otherwise correct the address of the connection.',
  });
}
