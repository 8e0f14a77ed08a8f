/**
 * Master keys that AWS keeps, by its own SDK: credentials, region and endpoint come from where that looks for them
 * (AWS_REGION, a role, AWS_ENDPOINT_URL …).
 */
import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { KEY_BYTES } from './envelope.ts';

/** The text of a secret: keys in base64, the current one first. @throws {Error} with a sentence when it can't be had. */
export async function textOfSecret(name: string): Promise<string> {
  const client = new SecretsManagerClient({});
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    if (SecretString) return SecretString;
    throw new Error('it holds no text');
  } catch (error) {
    throw new Error(`the secret ${name} could not be had from AWS Secrets Manager: ${reasonOf(error)}`, {
      cause: error,
    });
  } finally {
    client.destroy();
  }
}

/** The key that KMS sealed. @param ciphertext as `aws kms encrypt` gives it, in base64. @throws as {@link textOfSecret}. */
export async function keyFromKms(ciphertext: string): Promise<Buffer> {
  const client = new KMSClient({});
  try {
    const { Plaintext } = await client.send(
      new DecryptCommand({ CiphertextBlob: Buffer.from(ciphertext, 'base64') }),
    );
    const key = Buffer.from(Plaintext ?? []);
    if (key.length === KEY_BYTES) return key;
    throw new Error(`what it sealed has ${key.length} bytes instead of ${KEY_BYTES}`);
  } catch (error) {
    throw new Error(`AWS KMS did not open the master key: ${reasonOf(error)}`, { cause: error });
  } finally {
    client.destroy();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
