/** Requests in flight at once towards one API server: enough to hide latency, few enough not to be throttled. */
export const POOL_SIZE = 8;

/** Runs `task` for each item, at most `POOL_SIZE` at a time, results in order. The first failure stops what has not begun. */
export async function inPool<Item, Result>(items: readonly Item[], task: (item: Item) => Promise<Result>): Promise<Result[]> {
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
  await Promise.all(Array.from({ length: Math.min(POOL_SIZE, items.length) }, worker));
  return results;
}
