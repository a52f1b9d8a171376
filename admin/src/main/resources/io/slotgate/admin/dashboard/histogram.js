// Histograms of latencies, as pairs of a bucket's upper bound and a count since the start: the difference of two is what was in between.

/** @param before undefined: nothing was */
export function difference(now, before) {
  const earlier = new Map(before ?? []);
  return now.map(([bound, count]) => [bound, Math.max(0, count - (earlier.get(bound) ?? 0))]).filter(([, count]) => count > 0);
}

/** What a part (0 to 1) of them did not exceed, rounded up to a bucket's bound; null if there were none. */
export function percentile(buckets, part) {
  const all = buckets.reduce((sum, [, count]) => sum + count, 0);
  const rank = Math.max(1, Math.ceil(part * all));
  let seen = 0;
  for (const [bound, count] of [...buckets].sort(([one], [other]) => one - other)) {
    seen += count;
    if (seen >= rank) {
      return bound;
    }
  }
  return null;
}
