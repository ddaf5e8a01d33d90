/**
 * What `action` becomes, or what `late` says when it takes longer than `limitMs`; `late` may throw. The action itself is not ended:
 * what it asked for may still happen.
 */
export async function inTime<T>(action: PromiseLike<T>, limitMs: number, late: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  }).then(late);
  try {
    return await Promise.race([action, limit]);
  } finally {
    clearTimeout(timer);
  }
}
