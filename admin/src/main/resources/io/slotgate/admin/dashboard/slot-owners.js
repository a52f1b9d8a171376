// Which shard owns which slot, as arrays that can be looked up 16,384 times a frame.

export const SLOTS = 16_384;

/** @returns for each slot the place of its shard in the topology's list; -1: nobody owns it */
export function owners(topology) {
  const result = new Int16Array(SLOTS).fill(-1);
  topology?.shards.forEach((shard, place) => {
    for (const range of shard.slots) {
      const [first, last = first] = range.split('-').map(Number);
      result.fill(place, first, last + 1);
    }
  });
  return result;
}

/** @returns the sum of the rates of each shard's slots, by the shard's place */
export function byShard(rates, ownersOfSlots, shards) {
  const sums = new Array(shards).fill(0);
  for (let slot = 0; slot < SLOTS; slot++) {
    if (ownersOfSlots[slot] >= 0) {
      sums[ownersOfSlots[slot]] += rates[slot];
    }
  }
  return sums;
}
