import { allowedBy, type Identity, type RoleName } from '../../domain/access.js';
import { ChangeoverError } from '../../domain/errors.js';
import type { Access } from '../../ports/access.js';

/** People by their token, with the roles they hold; `away` makes every question unanswerable. */
export class MemoryAccess implements Access {
  away = false;

  constructor(private readonly people: Readonly<Record<string, { readonly identity: Identity; readonly roles: readonly RoleName[] }>>) {}

  async identify(token: string): Promise<Identity> {
    this.assertThere();
    const found = Object.hasOwn(this.people, token) ? this.people[token] : undefined;
    if (found === undefined) throw new ChangeoverError('Unauthenticated', 'This token is of nobody.');
    return found.identity;
  }

  async allows(identity: Identity, action: { readonly verb: Parameters<typeof allowedBy>[1] }): Promise<boolean> {
    this.assertThere();
    const found = Object.values(this.people).find((person) => person.identity.name === identity.name);
    return found !== undefined && allowedBy(found.roles, action.verb);
  }

  private assertThere(): void {
    if (this.away) throw new ChangeoverError('Unreachable', 'Nobody can say who this is.');
  }
}
