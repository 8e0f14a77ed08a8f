import { usePolicy } from '../../api/queries.ts';
import { LookOnly } from '../../shell/rights.tsx';
import { conflicts as conflictsTexts } from '../../texts/conflicts.ts';
import { QueryPart } from '../../ui/query-part.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { RuleExceptions } from './rule-exceptions.tsx';
import { RulesForm } from './rules-form.tsx';

const words = conflictsTexts.rules;

/** The rules about conflicts: one for all products, and the exceptions. */
export function RulesSheet({ onClose }: { onClose: () => void }) {
  const query = usePolicy();
  return (
    <Sheet title={words.title} about={words.about} onClose={onClose}>
      <div className="grid gap-8 p-5">
        <LookOnly unless="decide" />
        <QueryPart query={query} skeleton={<SkeletonRows rows={4} />}>
          {(policy) => <RulesForm key={JSON.stringify(policy)} policy={policy} />}
        </QueryPart>
        <RuleExceptions />
      </div>
    </Sheet>
  );
}
