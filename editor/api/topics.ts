import type { ChangedMessage } from '#server/api/views.ts';

/** Every query's key begins with its topic; `changed` names the topics whose queries ask again. Nobody tells of accounts: who changes them asks anew. */
export type Topic = ChangedMessage['topics'][number] | 'accounts';
