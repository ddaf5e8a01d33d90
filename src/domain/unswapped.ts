/** What becomes of a run when its roles are settled and the source alone is Primary, so that nothing was swapped. */
export type Unswapped =
  /** Before the line of a migration. */
  | 'undoes'
  /** Of a way back: it stands before its own line, and can be given up. */
  | 'stays'
  /** Of a run that goes forward after a way back was given up. */
  | 'turns-back';

/** The same as a sentence, with the site where the application is then. */
export function unswappedSentence(unswapped: Unswapped, { source, unit }: { source: string; unit: string }): string {
  switch (unswapped) {
    case 'undoes':
      return `The run undoes itself, and ${source} serves again.`;
    case 'stays':
      return `The way back has not crossed then; it can be tried again, or changeover go-forward starts ${unit} on ${source}.`;
    case 'turns-back':
      return `The run turns back, and ${source} serves again.`;
  }
}
