import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ClientPolicyView, LocationChoiceView, PolicyView } from '#server/api/views.ts';
import { sentenceOf } from '../../api/problem.ts';
import { useMay } from '../../api/queries.ts';
import { put } from '../../api/request.ts';
import { conflicts as conflictsTexts } from '../../texts/conflicts.ts';
import { Button } from '../../ui/button.tsx';
import { Select } from '../../ui/select.tsx';
import { say } from '../../ui/toast.tsx';
import { LocationOrder } from './location-order.tsx';

const words = conflictsTexts.rules;
const policies = Object.keys(words.names) as readonly PolicyView[];
const choices = Object.keys(words.choices) as readonly LocationChoiceView[];

/** The rule for all products, and where goods ship from. Nothing holds before it is saved. */
export function RulesForm({ policy: kept }: { policy: ClientPolicyView }) {
  const client = useQueryClient();
  const decides = useMay('decide');
  const [policy, setPolicy] = useState(kept.policy);
  const [locationChoice, setLocationChoice] = useState(kept.locationChoice);
  const [order, setOrder] = useState(() => ordered(kept));
  const save = useMutation({
    mutationFn: () => put('/policy', { policy, locationChoice, locationOrder: order }),
    onSuccess: async () => {
      say('ok', words.saved);
      await client.invalidateQueries({ queryKey: ['conflicts', 'policy'] });
    },
    onError: (error) => say('bad', sentenceOf(error)),
  });
  const cannot = kept.channels
    .filter(({ cancelsOrders }) => !cancelsOrders)
    .map(({ name }) => name)
    .join(', ');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
      className="grid gap-5"
    >
      <fieldset disabled={!decides}>
        <legend className="mb-1 font-semibold">{words.usual}</legend>
        {policies.map((name) => (
          <label key={name} className="flex cursor-pointer gap-3 rounded-lg py-2">
            <input
              type="radio"
              name="policy"
              checked={policy === name}
              onChange={() => setPolicy(name)}
              className="mt-1 size-4 shrink-0 accent-accent"
            />
            <span>
              <span className="font-medium">{words.names[name]}</span>
              <span className="block text-sm text-pretty text-quiet">
                {words.abouts[name]} {name === 'cancel' && cannot !== '' && words.cannot(cannot)}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      {kept.locations.length > 1 && (
        <fieldset disabled={!decides} className="grid justify-items-start gap-3">
          <legend className="mb-2 font-semibold">{words.locations}</legend>
          <Select
            label={words.locations}
            value={locationChoice}
            options={choices.map((value) => ({ value, text: words.choices[value] }))}
            onChoose={setLocationChoice}
          />
          <LocationOrder order={order} onChange={setOrder} />
        </fieldset>
      )}
      {decides && (
        <div>
          <Button
            look="primary"
            busy={save.isPending}
            onClick={({ currentTarget }) => currentTarget.form?.requestSubmit()}
          >
            {save.isPending ? words.saving : words.save}
          </Button>
        </div>
      )}
    </form>
  );
}

/** The order that was saved, then the locations that are new since, by name. */
function ordered({ locationOrder, locations }: ClientPolicyView): readonly string[] {
  const known = locationOrder.filter((location) => locations.includes(location));
  const rest = locations.filter((location) => !known.includes(location));
  // Where nobody chose an order, `main` stays the first.
  return [...known, ...(known.length > 0 ? rest : [...rest].sort((a, b) => rank(a) - rank(b)))];
}

const rank = (location: string) => (location === 'main' ? 0 : 1);
