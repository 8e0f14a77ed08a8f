import type { ReactNode } from 'react';
import { sentenceOf } from '../api/problem.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

/** Fields, the button that sends them, and what the server said against it. Enter sends too. */
export function Form({
  go,
  going,
  busy,
  error,
  onSend,
  children,
  className = '',
}: {
  go: string;
  going: string;
  busy: boolean;
  error: Error | null;
  onSend: () => void;
  children: ReactNode;
  className?: string;
}) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) onSend();
      }}
      className={`grid gap-4 ${className}`}
    >
      {children}
      {error && (
        <p role="alert" className="flex gap-2 rounded-lg bg-bad-soft p-3 text-sm text-bad">
          <Icon name="bad" className="mt-px" />
          {sentenceOf(error)}
        </p>
      )}
      <div>
        <Button
          look="primary"
          busy={busy}
          onClick={({ currentTarget }) => currentTarget.form?.requestSubmit()}
          className="min-h-10"
        >
          {busy ? going : go}
        </Button>
      </div>
    </form>
  );
}
