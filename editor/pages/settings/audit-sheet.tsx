import type { AuditRow } from '#server/api/views.ts';
import { fullTime } from '../../format/times.ts';
import { settings as settingsTexts } from '../../texts/settings.ts';
import { Sheet } from '../../ui/sheet.tsx';

const words = settingsTexts.audit;

/** One entry of the audit log with all that is known of it. */
export function AuditSheet({ entry, onClose }: { entry: AuditRow; onClose: () => void }) {
  const { at, by, summary, target, outcome, reason, sent, before, after, address, device, requestId } = entry;
  return (
    <Sheet title={summary} about={`${by} · ${fullTime(Date.parse(at))}`} onClose={onClose}>
      <div className="grid gap-5 p-5">
        <p className="text-sm text-quiet">
          {reason ?? words.outcomes[outcome]} · {words.from(address, device)}
        </p>
        <p className="font-mono text-xs break-all text-quiet">{target}</p>
        <Part title={words.sent} value={sent} />
        <Part title={words.before} value={before} />
        <Part title={words.after} value={after} />
        {requestId !== '' && (
          <p className="text-xs text-quiet">
            {words.request} <span className="font-mono">{requestId}</span>
          </p>
        )}
      </div>
    </Sheet>
  );
}

function Part({ title, value }: { title: string; value: unknown }) {
  if (value === null || value === undefined) return null;
  return (
    <section>
      <h3 className="mb-1.5 text-sm font-semibold">{title}</h3>
      <pre className="overflow-x-auto rounded-lg border border-line bg-sunken p-3 font-mono text-xs">
        {JSON.stringify(value, null, 2)}
      </pre>
    </section>
  );
}
