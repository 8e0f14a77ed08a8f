import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { expressionProblem, workOut } from '#runtime/flow/expression.ts';
import {
  type Completion,
  type Completions,
  completionsAt,
  shown,
} from '#runtime/flow/expression-completion.ts';
import { expressionWords as words } from '../../texts/expression.ts';
import { Ago } from '../../ui/time.tsx';
import { type Sample, useSample } from './use-sample.ts';

const REST_MS = 300;

interface ExpressionFieldProps {
  readonly input: {
    readonly id: string;
    readonly 'aria-describedby': string | undefined;
    readonly 'aria-invalid': boolean;
  };
  readonly node: string;
  readonly value: string;
  readonly placeholder: string | undefined;
  readonly className: string;
  readonly onChange: (value: string) => void;
}

/**
 * A field for an expression: it offers the fields of what comes to the node and the functions, says what is wrong while one
 * types, and what the expression says of the last message. The focus stays in the text; the arrows go through the list.
 */
export function ExpressionField({
  input,
  node,
  value,
  placeholder,
  className,
  onChange,
}: ExpressionFieldProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  const list = useId();
  const sample = useSample(node);
  const [offered, setOffered] = useState<Completions | null>(null);
  const [at, setAt] = useState(-1);
  const caret = useRef<number | null>(null);
  const choices = offered?.choices ?? [];
  const isOpen = choices.length > 0;
  const preview = `${list}-preview`;

  useLayoutEffect(() => {
    if (caret.current === null) return;
    box.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  useEffect(() => {
    document.getElementById(`${list}-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [list, at]);

  function offer(text: string, place: number, asked: boolean): void {
    const found = completionsAt(text, place, sample?.item ?? {});
    const hasBegun = found.from < place || text[place - 1] === '.';
    setOffered(asked || hasBegun ? found : null);
    setAt(-1);
  }

  function take({ text, caret: within }: Completion): void {
    const end = box.current?.selectionEnd ?? value.length;
    const from = offered?.from ?? end;
    caret.current = from + within;
    setOffered(null);
    onChange(value.slice(0, from) + text + value.slice(end));
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      offer(value, box.current?.selectionEnd ?? value.length, true);
    } else if (isOpen && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setAt(at < 0 && step < 0 ? choices.length - 1 : (at + step + choices.length) % choices.length);
    } else if (isOpen && event.key === 'Escape') {
      event.stopPropagation();
      setOffered(null);
    } else if (event.key === 'Enter' && choices[at]) {
      event.preventDefault();
      take(choices[at]);
    }
  }

  return (
    <div className="relative">
      <textarea
        {...input}
        ref={box}
        rows={2}
        value={value}
        spellCheck={false}
        autoCapitalize="off"
        placeholder={placeholder}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-describedby={[input['aria-describedby'], preview].filter(Boolean).join(' ')}
        aria-controls={isOpen ? list : undefined}
        aria-activedescendant={choices[at] ? `${list}-${at}` : undefined}
        className={className}
        onChange={({ target }) => {
          onChange(target.value);
          offer(target.value, target.selectionEnd, false);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setOffered(null)}
      />
      {isOpen && (
        <div
          id={list}
          role="listbox"
          aria-label={words.suggestions}
          className="absolute inset-x-0 z-20 mt-1 max-h-56 overflow-auto rounded-lg border border-line bg-surface py-1 shadow-float"
        >
          {choices.map((choice, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the focus stays in the text, whose keys work here
            <div
              key={choice.text}
              id={`${list}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(choice)}
              className={`flex min-h-7 cursor-pointer items-baseline gap-3 px-2.5 py-1 text-sm ${index === at ? 'bg-sunken' : ''}`}
            >
              <span className="font-mono">{choice.text}</span>
              <span className="ml-auto truncate text-xs text-quiet">{choice.about}</span>
            </div>
          ))}
        </div>
      )}
      <span role="status" className="sr-only">
        {isOpen ? words.found(choices.length) : ''}
      </span>
      <Preview id={preview} text={value} sample={sample} />
    </div>
  );
}

/** What the expression says of the sample, when one has rested for a moment. */
function Preview({ id, text, sample }: { id: string; text: string; sample: Sample | null }) {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div id={id} aria-live="polite" className="mt-1 text-xs text-pretty text-quiet">
      <Said text={rested} sample={sample} />
    </div>
  );
}

function Said({ text, sample }: { text: string; sample: Sample | null }) {
  if (text.trim() === '') return <p>{words.keys}</p>;
  const problem = expressionProblem(text);
  if (problem) return <p className="text-bad">{words.none(problem)}</p>;
  if (!sample) return <p>{words.noSample}</p>;
  const worked = workOut(text, sample.item);
  if (!worked.ok) return <p className="text-warn">{words.not(worked.reason)}</p>;
  return (
    <p>
      {words.now} <code className="font-mono text-ink break-words">{shown(worked.value)}</code>{' '}
      {sample.exampleOf === null ? words.fromMessage : words.fromExample(sample.exampleOf)}
      {sample.at && (
        <>
          {', '}
          <Ago at={sample.at} />
        </>
      )}
    </p>
  );
}
