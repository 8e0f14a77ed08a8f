import { Component, type ReactNode } from 'react';
import { texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

/**
 * Catches a fault of the page itself, and the failed loading of a part of it (a new version was installed
 * while the page was open), and offers to load again. With another `place` it tries anew.
 */
export class Guard extends Component<{ place?: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidUpdate(before: { place?: string }) {
    if (this.state.failed && before.place !== this.props.place) this.setState({ failed: false });
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <div role="alert" className="grid min-h-dvh place-items-center">
        <EmptyState
          icon="bad"
          title={texts.problem.crashedTitle}
          action={
            <Button look="primary" icon="retry" onClick={() => location.reload()}>
              {texts.problem.reload}
            </Button>
          }
        >
          {texts.problem.crashed}
        </EmptyState>
      </div>
    );
  }
}
