/** The words of the address at which others start a flow. */
export const hookWords = {
  title: 'Address',
  none: 'It has none yet.',
  make: 'Make an address',
  again: 'Make a new address',
  secret: 'The secret of this address:',
  about:
    'Calls are taken while the flow that is deployed has this node. A new address comes with a new secret, and the old one leads nowhere from then on.',
};
