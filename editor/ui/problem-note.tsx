import { useEffect, useState } from 'react';
import { Problem } from '../api/problem.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

/** For so long the button shows that it was pressed: an answer can come too soon to be seen. */
const askedMs = 1200;

/** What went wrong, in the server's own sentence, with a way to try again. */
export function ProblemNote({ error, retry }: { error: Error; retry: () => void }) {
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    if (!asked) return;
    const timer = setTimeout(() => setAsked(false), askedMs);
    return () => clearTimeout(timer);
  }, [asked]);
  function again(): void {
    setAsked(true);
    retry();
  }
  const problem = error instanceof Problem ? error : null;
  return (
    <div role="alert" className="flex flex-wrap items-center gap-x-4 gap-y-3 p-4">
      <Icon name="bad" size={20} className="text-bad" />
      <div className="min-w-48 grow basis-64">
        <p className="font-semibold">{problem?.title ?? texts.problem.title}</p>
        <p className="text-pretty text-quiet">{problem?.detail ?? texts.problem.unexpected}</p>
      </div>
      <Button icon="retry" busy={asked} onClick={again}>
        {texts.tryAgain}
      </Button>
    </div>
  );
}
