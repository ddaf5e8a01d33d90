import type { Edit } from './mutant.js';

/**
 * The text with the edit made. Any run of white space fits any other, so that the same edit fits a source and what the compiler makes of it.
 * @throws when what is to be replaced does not stand there exactly once.
 */
export function edited(text: string, { file, find, replace }: Edit): string {
  const words = find.trim().split(/\s+/).map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  const parts = text.split(new RegExp(words.join(String.raw`\s+`)));
  if (parts.length !== 2) throw new Error(`${file} holds ${parts.length - 1} times, not once: ${find}`);
  return parts.join(replace);
}
