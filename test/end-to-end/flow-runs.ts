/** Runs of a flow to look at, chosen by what they are, and not by which of them came first. */

interface Run {
  readonly id: string;
  readonly subject: string;
  readonly messages: number;
  readonly nodes: readonly { readonly name: string; readonly done: number }[];
  readonly steps: readonly unknown[] | null;
}

/** The newest run of this flow that took in an order, whose steps were kept, and that no other run looks like. */
export async function runOfAnOrder(api: (path: string) => Promise<unknown>, flow: string): Promise<Run> {
  for (let turn = 0; turn < 60; turn += 1) {
    const { items } = (await api(`/executions?pipeline=${flow}&limit=30`)) as { items: Run[] };
    const like = (one: Run) => (run: Run) => run.subject === one.subject && run.messages === one.messages;
    for (const { id } of items.filter((one) => one.messages > 2 && items.filter(like(one)).length === 1)) {
      const run = (await api(`/executions/${encodeURIComponent(id)}`)) as Run;
      if (run.steps && run.nodes.some(({ name, done }) => name === 'Keep the order' && done > 0)) return run;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('no order has gone through this flow');
}
