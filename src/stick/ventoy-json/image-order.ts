/** One order of images for several lists of them. */

/**
 * All that are in the lists, each once, such that every list is in that order; by first mention where the lists contradict each other.
 */
export function commonOrder(lists: readonly (readonly string[])[]): string[] {
  const followers = new Map<string, string[]>();
  const before = new Map<string, number>();
  for (const list of lists) {
    for (const [index, one] of list.entries()) {
      before.set(one, (before.get(one) ?? 0) + (index > 0 ? 1 : 0));
      const next = list[index + 1];
      if (next !== undefined) followers.set(one, [...(followers.get(one) ?? []), next]);
    }
  }
  const order: string[] = [];
  const free = [...before].flatMap(([one, count]) => (count === 0 ? [one] : []));
  for (let one = free.shift(); one !== undefined; one = free.shift()) {
    order.push(one);
    for (const next of followers.get(one) ?? []) {
      const left = (before.get(next) ?? 0) - 1;
      before.set(next, left);
      if (left === 0) free.push(next);
    }
  }
  return order.length === before.size ? order : [...before.keys()];
}
