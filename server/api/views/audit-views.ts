/** The shape of an entry of the audit log; part of views.ts. */
import { z } from 'zod';
import { moment, view } from '../view.ts';

export const AuditRow = view('AuditEntry', {
  id: z.string(),
  at: moment,
  by: z.string().describe('Their name as it was then'),
  kind: z.enum(['person', 'key', 'terminal']),
  summary: z.string().describe('What they did'),
  action: z.string().describe('The route: "patch /members/:id"'),
  target: z.string().describe('The address with its names'),
  clientId: z.string().nullable().describe('null: about the agency, or their own account'),
  outcome: z.enum(['begun', 'done', 'refused', 'failed']),
  reason: z.string().nullable(),
  sent: z.unknown().describe('Without secrets'),
  before: z.unknown(),
  after: z.unknown(),
  address: z.string(),
  device: z.string(),
  requestId: z.string(),
});
export type AuditRow = z.infer<typeof AuditRow>;
