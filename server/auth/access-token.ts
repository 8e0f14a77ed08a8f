/** Access tokens: JWTs that name a session for a few minutes. They say nothing of what may be done; the session does. */
import { jwtVerify, SignJWT } from 'jose';

export const ACCESS_SECONDS = 600;
/** Who is on the consent page of a channel renews nothing meanwhile: on their way back an access token counts for so much longer. */
export const CONSENT_SECONDS = 1_800;
const ISSUER = 'syncflow';
const AUDIENCE = 'syncflow page';
const ALGORITHM = 'HS256';

export async function makeAccessToken(key: Buffer, sessionId: string, now = new Date()): Promise<string> {
  return await new SignJWT({ sid: sessionId })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(new Date(now.getTime() + ACCESS_SECONDS * 1_000))
    .sign(key);
}

/**
 * The session that a token names; null for one that is forged, expired, made for something else, or no token at all.
 * @param lateSeconds how long after its end it still counts.
 */
export async function readAccessToken(key: Buffer, token: string, lateSeconds = 0): Promise<string | null> {
  try {
    const { payload } = await jwtVerify(token, key, {
      // Named, so that a token can't choose: not "none", and no other family of keys.
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ['sid', 'exp'],
      clockTolerance: lateSeconds,
    });
    return typeof payload.sid === 'string' ? payload.sid : null;
  } catch {
    return null;
  }
}
