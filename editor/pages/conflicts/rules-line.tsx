import { useSearchParams } from 'react-router';
import { useMay, usePolicy } from '../../api/queries.ts';
import { conflicts as conflictsTexts } from '../../texts/conflicts.ts';
import { Button } from '../../ui/button.tsx';
import { RulesSheet } from './rules-sheet.tsx';

const words = conflictsTexts.rules;

/** What the rules say now, in a sentence, and the way to change them. Opened by the address, so that Back closes it. */
export function RulesLine() {
  const [params, setParams] = useSearchParams();
  const policy = usePolicy().data;
  const decides = useMay('decide');
  const open = params.get('rules') === 'open';
  function show(rules: boolean): void {
    setParams((before) => {
      if (rules) before.set('rules', 'open');
      else before.delete('rules');
      return before;
    });
  }
  return (
    <div className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-2 text-quiet">
      {policy && <span>{words.now[policy.policy]}</span>}
      <Button onClick={() => show(true)}>{decides ? words.open : words.look}</Button>
      {open && <RulesSheet onClose={() => show(false)} />}
    </div>
  );
}
