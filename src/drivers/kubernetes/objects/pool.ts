/** Requests in flight at once towards one API server: enough to hide latency, few enough not to be throttled. */
export const POOL_SIZE = 8;

/**
 * Lists in flight at once. After any write, a list of another kind waits up to 100 ms for the server's cache to hear of it from etcd
 * (consistent reads from cache, Kubernetes 1.31 and newer); lists that wait together wait once.
 */
export const LIST_POOL_SIZE = 16;

/** Runs `task` for each item, at most `size` at a time, results in order. The first failure stops what has not begun. */
export async function inPool<Item, Result>(items: readonly Item[], task: (item: Item) => Promise<Result>, size = POOL_SIZE): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  let failed = false;
  async function worker(): Promise<void> {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        results[index] = await task(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(size, items.length) }, worker));
  return results;
}
