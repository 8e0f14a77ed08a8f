/** Work that Shopify does a little after it has answered. */
import { randomUUID } from 'node:crypto';
import { NotBookable } from './not-bookable.ts';

export interface JobBook {
  start(work: () => void): { readonly id: string; readonly done: boolean };
  find(id: string): { readonly id: string; readonly done: boolean } | null;
  close(): void;
}

export function openJobs(delayMs: number): JobBook {
  const jobs = new Map<string, { done: boolean; readonly timer: NodeJS.Timeout }>();
  return {
    start: (work) => {
      const id = `gid://shopify/Job/${randomUUID()}`;
      const timer = setTimeout(() => {
        try {
          work();
        } catch (error) {
          // The shop has changed meanwhile: a job that comes to nothing ends all the same.
          if (!(error instanceof NotBookable)) throw error;
        } finally {
          jobs.set(id, { done: true, timer });
        }
      }, delayMs);
      jobs.set(id, { done: false, timer });
      return { id, done: false };
    },
    find: (id) => {
      const job = jobs.get(id);
      return job ? { id, done: job.done } : null;
    },
    close: () => {
      for (const { timer } of jobs.values()) clearTimeout(timer);
    },
  };
}
