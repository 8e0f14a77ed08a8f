import { fullTime, relativeTime } from '../format/times.ts';
import { useNow } from './now.ts';

/** "12 s ago", ticking; the full date and time stand in its title. */
export function Ago({ at, className }: { at: string; className?: string }) {
  const ms = Date.parse(at);
  const words = useNow((now) => relativeTime(ms, now));
  return (
    <time dateTime={at} title={fullTime(ms)} className={`whitespace-nowrap ${className ?? ''}`}>
      {words}
    </time>
  );
}
