import { quantityOf } from '../../../domain/quantity.js';
import { fieldsOf } from '../../../domain/restore/object.js';
import type { Amounts } from '../../../domain/room.js';

/** A map of quantities in base units; what is no quantity is left out. */
export function amountsIn(value: unknown): Amounts {
  return Object.fromEntries(
    Object.entries(fieldsOf(value)).flatMap(([name, text]) => {
      const amount = quantityOf(text);
      return amount === null ? [] : [[name, amount] as const];
    }),
  );
}
