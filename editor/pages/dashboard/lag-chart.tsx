import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { TrendsView } from '#server/api/views.ts';
import { formatDuration } from '../../format/numbers.ts';
import { dayOfChart } from '../../format/times.ts';
import { trends as words } from '../../texts/trends.ts';
import { axis, height, seriesColor, tooltip } from './chart-look.ts';

/** The lag that 95 of 100 changes kept within, day by day; with a gap where nothing was measured. */
export function LagChart({ trends: { days } }: { trends: TrendsView }) {
  const data = days.map(({ at, lagP95 }) => ({ day: dayOfChart(Date.parse(at)), lag: lagP95 }));
  return (
    <figure>
      <figcaption className="mb-2 text-sm font-medium">{words.lag}</figcaption>
      <div aria-hidden="true">
        <ResponsiveContainer width="100%" height={height}>
          <LineChart data={data} accessibilityLayer={false} margin={{ left: 0, right: 8, top: 4 }}>
            <CartesianGrid vertical={false} stroke="var(--color-line)" />
            <XAxis dataKey="day" {...axis} />
            <YAxis tickFormatter={formatDuration} width={64} {...axis} />
            <Tooltip {...tooltip} formatter={(value) => formatDuration(Number(value))} />
            <Line
              dataKey="lag"
              name={words.lag}
              stroke={seriesColor(0)}
              strokeWidth={2}
              dot={{ r: 3 }}
              isAnimationActive={false}
            />
          </LineChart>
        </ResponsiveContainer>
      </div>
    </figure>
  );
}
