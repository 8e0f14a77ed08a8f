import { client } from '../api/client.ts';
import { sentenceOf } from '../api/problem.ts';
import { remove } from '../api/request.ts';
import { say } from '../ui/toast.tsx';

/** Ends the session, then forgets everything that this page knew of it. */
export async function signOut(): Promise<void> {
  try {
    await remove('/session');
    client.clear();
    location.assign('/');
  } catch (error) {
    say('bad', sentenceOf(error));
  }
}
