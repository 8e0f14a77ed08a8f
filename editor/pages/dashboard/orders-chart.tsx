import { Bar, BarChart, CartesianGrid, Legend, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { TrendsView } from '#server/api/views.ts';
import { dayOfChart } from '../../format/times.ts';
import { trends as words } from '../../texts/trends.ts';
import { axis, height, seriesColor, tooltip } from './chart-look.ts';

/** How many orders each shop had, day by day, one upon the other. */
export function OrdersChart({ trends: { shops, days } }: { trends: TrendsView }) {
  const data = days.map(({ at, orders }) => ({
    day: dayOfChart(Date.parse(at)),
    ...Object.fromEntries(shops.map(({ id }, index) => [id, orders[index] ?? 0])),
  }));
  return (
    <figure>
      <figcaption className="mb-2 text-sm font-medium">{words.orders}</figcaption>
      <div aria-hidden="true">
        <ResponsiveContainer width="100%" height={height}>
          <BarChart data={data} accessibilityLayer={false} margin={{ left: -16, right: 4, top: 4 }}>
            <CartesianGrid vertical={false} stroke="var(--color-line)" />
            <XAxis dataKey="day" {...axis} />
            <YAxis allowDecimals={false} {...axis} />
            <Tooltip {...tooltip} />
            <Legend iconType="circle" iconSize={8} />
            {shops.map(({ id, name }, index) => (
              <Bar
                key={id}
                dataKey={id}
                name={name}
                stackId="orders"
                fill={seriesColor(index)}
                isAnimationActive={false}
              />
            ))}
          </BarChart>
        </ResponsiveContainer>
      </div>
    </figure>
  );
}
