import { ChangeoverError } from '../../domain/errors.js';
import type { RawObject } from '../../ports/objects.js';
import { httpStatusOf } from './failure.js';
import type { Query } from './kube.js';
import type { Transport } from './transport.js';

const PAGE_SIZE = '500';
/** A list that expires between its pages is started again this often. */
const RESTARTS = 3;

interface ListBody {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly RawObject[];
}

/** What is listed or watched. */
export interface Collection {
  readonly path: string;
  readonly query: Query;
}

export interface Listed {
  readonly items: readonly RawObject[];
  readonly resourceVersion: string;
}

/** All pages of a list. Items get the kind and version that the server leaves out inside lists of built-in kinds. */
export async function listPages(transport: Transport, collection: Collection, signal?: AbortSignal): Promise<Listed> {
  for (let restart = 0; ; restart += 1) {
    try {
      return await allPages(transport, collection, signal);
    } catch (error) {
      if (httpStatusOf(error) !== 410 || restart >= RESTARTS) throw error;
    }
  }
}

async function allPages(transport: Transport, { path, query }: Collection, signal: AbortSignal | undefined): Promise<Listed> {
  const items: RawObject[] = [];
  let token: string | undefined;
  for (;;) {
    const body = (await transport.call({ method: 'GET', path, query: { limit: PAGE_SIZE, ...query, continue: token }, signal })) as ListBody;
    if (!Array.isArray(body.items)) throw new ChangeoverError('Unreachable', `GET ${path} on ${transport.site}: the answer is not a list`);
    const kind = (body.kind ?? '').replace(/List$/, '');
    for (const item of body.items as readonly RawObject[]) items.push({ ...item, apiVersion: item.apiVersion ?? body.apiVersion ?? '', kind: item.kind ?? kind });
    token = body.metadata?.continue === '' ? undefined : body.metadata?.continue;
    if (token === undefined) return { items, resourceVersion: body.metadata?.resourceVersion ?? '' };
  }
}
