/** The sentences of the charts. Loaded with them. */
export const trends = {
  days: 'How far back',
  lastDays: { '7': '7 days', '30': '30 days' },
  orders: 'Orders by shop',
  lag: 'Lag, p95',
  day: 'Day',
  errors: 'Failed runs',
  none: 'No shop is connected',
  noneAbout: 'When orders come in, their days stand here.',
  table: 'The figures as a table',
  seconds: (value: string) => `${value} s`,
};
