/** The settings of triggers that start once a day. */
import { z } from 'zod';

export const DAILY_SETTINGS = {
  hour: z.int().min(0).max(23).default(6).meta({
    title: 'At',
    unit: "o'clock UTC",
    help: 'A flow that is new starts within minutes, then every day.',
  }),
};
