import { CancellationScope } from '@temporalio/workflow';

type Results<T extends readonly (() => Promise<unknown>)[]> = { -readonly [K in keyof T]: T[K] extends () => Promise<infer R> ? R : never };

/**
 * Runs work side by side. When one fails, the others are cancelled and waited for before the failure is thrown:
 * an undo that starts while a sibling still acts would race with it.
 */
export async function sideBySide<const T extends readonly (() => Promise<unknown>)[]>(...work: T): Promise<Results<T>> {
  return CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    const running = work.map((one) => one());
    try {
      return (await Promise.all(running)) as Results<T>;
    } catch (error) {
      scope.cancel();
      await Promise.allSettled(running);
      throw error;
    }
  });
}
