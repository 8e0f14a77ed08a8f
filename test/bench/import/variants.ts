/** The variants of the benchmark's shop: by number, so that every process knows what must be there. */

export const VARIANTS_OF_A_PRODUCT = 10;

export const skuOf = (variant: number) => `SKU-${String(variant).padStart(6, '0')}`;
export const quantityOf = (variant: number) => (variant * 7) % 100;
export const barcodeOf = (variant: number) => String(4_000_000_000_000 + variant);
