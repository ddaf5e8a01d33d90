/** What an undo says of values that someone else changed. A history of an earlier build has no lines where its activities gave none. */
export function leftOr(otherwise: string, lines: readonly (string | undefined)[] | undefined): string {
  const left = (lines ?? []).filter((line) => line !== undefined);
  return left.length === 0 ? otherwise : left.join('; ');
}
