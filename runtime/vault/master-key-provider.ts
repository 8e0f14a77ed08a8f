/** Where master keys come from: one interface, and the places that are known. */
import { z } from 'zod';
import { MasterKey, masterKeyFile, openMasterKeyFile, readMasterKeyFile } from './master-key.ts';
import type { MasterKeys } from './vault.ts';

export interface MasterKeyProvider {
  /** For people: "the file data/master.key". */
  readonly place: string;
  /** The keys, at the start of a process. @throws {Error} with a sentence when there are none. */
  read(): Promise<MasterKeys>;
  /** Reads them anew while the process runs, where that needs no waiting; null: a process has to be started again for new keys. */
  readonly look: (() => MasterKeys) | null;
  /** Where they lie as a file. */
  readonly file: string | null;
}

export interface MasterKeySettings {
  readonly dataDir: string;
  /** 32 bytes in base64, `aws-secret:<name>`, or `aws-kms:<ciphertext>`; absent: a file in the data folder. */
  readonly masterKey: string | undefined;
  /** Other keys that open, in base64 with commas between. */
  readonly known: string | undefined;
}

/** The provider that the settings name. @throws {ZodError} when the key has not the right form. */
export function masterKeyProvider({ dataDir, masterKey, known }: MasterKeySettings): MasterKeyProvider {
  const others = keysIn(known ?? '');
  if (masterKey === undefined) {
    const file = masterKeyFile(dataDir);
    const withOthers = (keys: MasterKeys) => ({ ...keys, others: [...keys.others, ...others] });
    return {
      place: `the file ${file}`,
      read: async () => withOthers(await openMasterKeyFile(dataDir)),
      look: () => withOthers(readMasterKeyFile(file)),
      file,
    };
  }
  const [, service, name = ''] = /^aws-(secret|kms):(.+)$/s.exec(masterKey) ?? [];
  const fixed = { look: null, file: null };
  if (service === undefined) {
    const [current, ...more] = keysIn(masterKey);
    if (!current) throw new Error('MASTER_KEY is empty');
    return {
      ...fixed,
      place: 'the setting MASTER_KEY',
      read: async () => ({ current, others: [...more, ...others] }),
    };
  }
  return {
    ...fixed,
    place: service === 'kms' ? 'AWS KMS' : `the secret ${name} of AWS Secrets Manager`,
    read: async () => {
      // Loaded only where it is used.
      const { keyFromKms, textOfSecret } = await import('./aws-master-key.ts');
      const [current, ...more] =
        service === 'kms' ? [await keyFromKms(name)] : keysIn(await textOfSecret(name));
      if (!current) throw new Error(`the secret ${name} of AWS Secrets Manager is empty`);
      return { current, others: [...more, ...others] };
    },
  };
}

/** The first one is the current one. */
function keysIn(text: string): Buffer[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  return z.array(MasterKey).parse(words);
}
