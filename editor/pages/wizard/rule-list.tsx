import { Icon } from '../../ui/icon.tsx';

/** What a set-up will do, a sentence each. */
export function RuleList({ rules, className = '' }: { rules: readonly string[]; className?: string }) {
  return (
    <ul className={`grid gap-1.5 ${className}`}>
      {rules.map((rule) => (
        <li key={rule} className="flex gap-2">
          <Icon name="check" size={16} className="mt-1 text-ok" />
          <span className="text-pretty">{rule}</span>
        </li>
      ))}
    </ul>
  );
}
