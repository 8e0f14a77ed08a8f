/** The vault with the master keys that the settings name. */
import { type MasterKeyProvider, masterKeyProvider } from '#runtime/vault/master-key-provider.ts';
import { type MasterKeys, Vault } from '#runtime/vault/vault.ts';
import type { Settings } from '../settings.ts';

export interface OpenedVault {
  readonly vault: Vault;
  readonly keys: MasterKeys;
  readonly provider: MasterKeyProvider;
}

/** @throws {Error} with a sentence when the keys can't be had. */
export async function openVault(settings: Settings): Promise<OpenedVault> {
  const provider = providerOf(settings);
  const keys = await provider.read();
  return { vault: new Vault(keys, provider.look ?? undefined), keys, provider };
}

export function providerOf({ DATA_DIR, MASTER_KEY, MASTER_KEYS_KNOWN }: Settings): MasterKeyProvider {
  return masterKeyProvider({ dataDir: DATA_DIR, masterKey: MASTER_KEY, known: MASTER_KEYS_KNOWN });
}
