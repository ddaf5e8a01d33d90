/**
 * Unix time in ms with parts of a ms. It runs on the monotonic clock from the start of the process, so
 * that a gap between two acknowledgements is a true length even if the wall clock is set meanwhile.
 */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
