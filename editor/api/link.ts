import { create } from 'zustand';

/** Whether the server tells us of changes at this moment. */
export const useLink = create<{ readonly live: boolean }>(() => ({ live: false }));
