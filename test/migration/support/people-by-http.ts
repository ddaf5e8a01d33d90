import type { SupervisedApi } from '../../../lab/scenario/api.js';
import { Listener } from '../../api/support/listener.js';
import { makePeople, people, tokenOf, type Person } from './people.js';

export interface Asked {
  readonly as: Person | { readonly token: string };
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The people of the cluster as they speak to the HTTP API, each by a token of the cluster. */
export class PeopleByHttp {
  /** All that was answered so far. */
  readonly answered: string[] = [];
  private readonly tokens: Partial<Record<Person, string>> = {};

  constructor(private readonly api: SupervisedApi) {}

  /** Makes the people at both sites; their tokens are the east's. */
  async prepare(): Promise<void> {
    await makePeople('east');
    await makePeople('west');
    for (const person of people) this.tokens[person] = await tokenOf(person);
  }

  tokenOf(person: Person): string {
    return this.tokens[person] ?? '';
  }

  /** Whose token stands in a text. */
  whose(text: string): readonly Person[] {
    return people.filter((person) => text.includes(this.tokens[person] ?? '?'));
  }

  readonly ask = async (path: string, { as, body, headers = {} }: Asked) => {
    const token = typeof as === 'string' ? this.tokenOf(as) : as.token;
    const answer = await fetch(`${this.api.url}${path}`, {
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    this.answered.push(text);
    return { status: answer.status, location: answer.headers.get('location'), text, json: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {} };
  };

  readonly listen = (run: string, headers: Readonly<Record<string, string>> = {}) =>
    Listener.to(`${this.api.url}/v1/runs/${run}/events`, { authorization: `Bearer ${this.tokenOf('vera')}`, ...headers });
}
