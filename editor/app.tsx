import { QueryClientProvider } from '@tanstack/react-query';
import { BrowserRouter } from 'react-router';
import { baseOf, clientHere } from './address/client-address.ts';
import { client } from './api/client.ts';
import { Gate } from './shell/gate.tsx';
import { Guard } from './shell/guard.tsx';
import { Toasts } from './ui/toast.tsx';

/** The whole page: the data, the address, and what stands behind the gate. */
export function App() {
  return (
    <Guard>
      <QueryClientProvider client={client}>
        {/* Without transitions a filter's check box shows its new state at once, not when the page has followed. */}
        <BrowserRouter basename={baseOf(clientHere)} useTransitions={false}>
          <Gate />
        </BrowserRouter>
        <Toasts />
      </QueryClientProvider>
    </Guard>
  );
}
