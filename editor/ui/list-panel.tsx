import type { ReactNode } from 'react';
import { isNoAnswer } from '../api/problem.ts';
import type { List } from '../api/use-list.ts';
import { texts } from '../texts.ts';
import { Button } from './button.tsx';
import { ground } from './panel.tsx';
import { ProblemNote } from './problem-note.tsx';
import { SkeletonRows } from './skeleton.tsx';

/** The frame of a paged list: skeleton, problem, empty state or rows, and the way to the next page. */
export function ListPanel<Row>({
  list,
  empty,
  plain = false,
  children,
}: {
  list: List<Row>;
  empty: ReactNode;
  /** The rows bring their own ground. */
  plain?: boolean;
  children: ReactNode;
}) {
  const bare = plain && list.rows.length > 0;
  return (
    <>
      {list.showNewer && <NewerNote onShow={list.showNewer} />}
      <div aria-busy={list.changing} className={`${bare ? '' : ground} ${list.changing ? 'opacity-60' : ''}`}>
        {list.error && !(list.rows.length > 0 && isNoAnswer(list.error)) && (
          <ProblemNote error={list.error} retry={list.retry} />
        )}
        {list.loading && !list.error && <SkeletonRows rows={10} />}
        {list.rows.length > 0 ? children : !list.loading && !list.error && empty}
      </div>
      {list.rows.length > 0 && <ListFoot list={list} />}
    </>
  );
}

function ListFoot<Row>({ list: { rows, more, loadingMore } }: { list: List<Row> }) {
  return (
    <div className="flex min-h-16 items-center justify-center text-xs text-quiet">
      {more ? (
        <Button busy={loadingMore} onClick={more}>
          {loadingMore ? texts.loadingMore : texts.loadMore}
        </Button>
      ) : (
        texts.listEnd(rows.length)
      )}
    </div>
  );
}

const NewerNote = ({ onShow }: { onShow: () => void }) => (
  <div className="pointer-events-none sticky top-14 z-20 flex h-0 justify-center sm:top-3">
    <Button look="primary" onClick={onShow} className="pointer-events-auto rounded-full! shadow-float">
      {texts.showNewer}
    </Button>
  </div>
);
