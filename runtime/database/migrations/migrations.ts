/** What changed in stored documents since they were first written, in order. Each is done once, and may be done again without harm. */
import type { Db } from 'mongodb';
import { HOME_AGENCY } from '../../ids.ts';
import { keepWords } from './keep-words.ts';

export interface Migration {
  /** 1, 2, 3 …: never changes, and is never used again. */
  readonly version: number;
  /** What it does, for the log. */
  readonly name: string;
  readonly run: (db: Db) => Promise<void>;
}

const IDENTITY_CHARACTERS = 32;

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'renewed keys name the secret that they come from by its identity, which an exchange of keys leaves alone',
    run: async (db) => {
      // It was the whole hash; the identity of a secret of then is that hash's first half.
      await db
        .collection('keys')
        .updateMany({ of: { $type: 'string' } }, [
          { $set: { of: { $substrCP: ['$of', 0, IDENTITY_CHARACTERS] } } },
        ]);
    },
  },
  {
    version: 2,
    name: 'clients of before there were agencies belong to the agency of the installation',
    run: async (db) => {
      await db.collection('clients').updateMany({ agencyId: null }, { $set: { agencyId: HOME_AGENCY } });
    },
  },
  {
    version: 3,
    name: 'orders and stock keep the words by which lists find them; indexes that others have replaced are gone',
    run: keepWords,
  },
];
