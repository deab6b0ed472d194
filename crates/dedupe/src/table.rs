//! One shard of the index: an ordered hash table of 8-byte slots.
//!
//! A slot is 28 bits of the key's hash above a 36-bit address; 0 is empty. The home of a slot is its hash scaled to the
//! capacity, and slots stand in ascending order over the whole table (ordered linear probing, Amble and Knuth 1974).
//! That order pays three times: a search for an absent key ends at the first greater slot, so the table may be 80 % full;
//! growing needs neither the keys nor random access, it copies from front to back; and any capacity will do, so growth
//! is by three eighths instead of a doubling.

use crate::{
    narrow,
    segments::{ADDRESS_BITS, Address},
    widen,
};
use record::Key;
use std::fmt;

/// Bits of the key's hash in a slot.
pub(crate) const HASH_BITS: u32 = u64::BITS - ADDRESS_BITS;
/// Slots behind the last home: they take what the last run pushes out, so that runs need not wrap around.
const TAIL: usize = 64;
/// Most slots in use per hundred.
const LOAD_PERCENT_MAX: usize = 80;
/// A table grows by this many eighths: a slot is then copied some 3 times in its life, and takes 10 to 13.75 bytes.
const GROWTH_EIGHTHS: usize = 3;
/// A sweep that leaves less than one in so many slots in use gives memory back.
const SHRINK_BELOW: usize = 3;
/// Slots of a cache line.
const LINE: usize = 64 / size_of::<u64>();
/// Smallest capacity.
const CAPACITY_MIN: usize = 256;

/// The part of a key's hash that a slot holds: bits that [`Key::shard`] does not use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hash(u64);

impl Hash {
    pub(crate) fn of(key: Key) -> Self {
        let [_, _, _, _, _, _, _, _, a, b, c, d, ..] = key.0;
        Self(u64::from(u32::from_be_bytes([a, b, c, d]) >> (u32::BITS - HASH_BITS)))
    }
}

/// A slot in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot(u64);

impl Slot {
    pub(crate) fn new(hash: Hash, address: Address) -> Self {
        Self((hash.0 << ADDRESS_BITS) | address.0)
    }

    fn hash(self) -> Hash {
        Hash(self.0 >> ADDRESS_BITS)
    }

    pub(crate) fn address(self) -> Address {
        Address(self.0 & ((1 << ADDRESS_BITS) - 1))
    }
}

/// What a search comes across.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A slot of another hash: the search goes on.
    Other,
    /// A slot of this hash: the search goes on if it is not the key's.
    Match(Address),
    /// No further slot can be of this hash; a new one belongs here.
    End,
}

/// The table of one shard.
pub(crate) struct Table {
    slots: Vec<u64>,
    /// Number of homes.
    capacity: usize,
    len: usize,
    /// First capacity of the ladder that this table climbs; differs between shards, so that they do not all grow at
    /// the same moment.
    base: usize,
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("len", &self.len).field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

impl Table {
    /// An empty table for shard `shard` of `shards`.
    pub(crate) fn new(shard: u32, shards: u32) -> Self {
        let step = widen(CAPACITY_MIN * GROWTH_EIGHTHS / 8);
        let base = CAPACITY_MIN + narrow(step * u64::from(shard) / u64::from(shards));
        Self { slots: vec![0; base + TAIL], capacity: base, len: 0, base }
    }

    /// Slots in use, dead ones included.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn memory_bytes(&self) -> usize {
        self.slots.capacity() * size_of::<u64>()
    }

    /// Where a search for `hash` begins.
    pub(crate) fn home(&self, hash: Hash) -> usize {
        narrow((hash.0 * widen(self.capacity)) >> HASH_BITS)
    }

    /// Loads the slots where a search for `hash` most likely takes place. Called for many keys before any is searched,
    /// so that the processor fetches their cache lines at the same time; what is returned only keeps the loads from
    /// being optimised away.
    pub(crate) fn touch(&self, hash: Hash) -> u64 {
        let home = self.home(hash);
        // A search looks at 3 slots on average, but most keys are new, and inserting one pushes slots on as far as the next free
        // place: 13 from the home at 80 % load (Knuth, TAOCP volume 3, section 6.4). So the next cache line is wanted, too.
        self.slots[home] ^ self.slots[home + LINE]
    }

    /// What stands at `at`, for a search that began at the home of `hash` and went on slot by slot.
    pub(crate) fn look(&self, at: usize, hash: Hash) -> Found {
        match self.slots.get(at).copied().map(Slot) {
            None | Some(Slot(0)) => Found::End,
            Some(slot) if slot.hash() > hash => Found::End,
            Some(slot) if slot.hash() == hash => Found::Match(slot.address()),
            Some(_) => Found::Other,
        }
    }

    /// Where the search for `hash` ends.
    pub(crate) fn end(&self, hash: Hash) -> usize {
        let mut at = self.home(hash);
        while self.look(at, hash) != Found::End {
            at += 1;
        }
        at
    }

    /// Whether the table must [`Table::grow`] before the next insertion.
    pub(crate) fn is_full(&self) -> bool {
        self.len >= self.capacity * LOAD_PERCENT_MAX / 100
    }

    /// Copies the slots to the next greater capacity, unless there is room for an eighth more.
    pub(crate) fn grow(&mut self) {
        let capacity = self.rung();
        if capacity > self.capacity {
            self.relocate(capacity);
        }
    }

    /// Puts a slot where the search for its hash ended.
    pub(crate) fn insert(&mut self, mut at: usize, slot: Slot) {
        // One slot aside at a time: runs are short, a call of memmove costs more.
        let mut carried = slot.0;
        while carried != 0 {
            self.reach(at);
            std::mem::swap(&mut self.slots[at], &mut carried);
            at += 1;
        }
        self.len += 1;
    }

    /// Takes a slot out again, if it is there; those it pushed away move back.
    pub(crate) fn remove(&mut self, slot: Slot) {
        let mut at = self.home(slot.hash());
        while self.slots[at] != slot.0 {
            if self.look(at, slot.hash()) == Found::End {
                return;
            }
            at += 1;
        }
        let moves = |(place, other): (usize, &u64)| *other != 0 && self.home(Slot(*other).hash()) < place;
        let behind = self.slots[at + 1..].iter().enumerate().take_while(|(nth, other)| moves((at + 1 + nth, other)));
        let end = at + 1 + behind.count();
        self.slots.copy_within(at + 1..end, at);
        self.slots[end - 1] = 0;
        self.len -= 1;
    }

    /// Makes `at` a place of the table: the run at the very end may push slots beyond the tail.
    #[inline]
    fn reach(&mut self, at: usize) {
        if at >= self.slots.len() {
            self.slots.reserve_exact(TAIL);
            self.slots.resize(at + TAIL, 0);
        }
    }

    /// Removes the slots that are no longer wanted, in place: what stays only ever moves towards its home.
    pub(crate) fn sweep(&mut self, is_live: impl Fn(Address) -> bool) {
        let mut next = 0;
        self.len = 0;
        for at in 0..self.slots.len() {
            let slot = Slot(std::mem::take(&mut self.slots[at]));
            if slot.0 != 0 && is_live(slot.address()) {
                let place = self.home(slot.hash()).max(next);
                self.slots[place] = slot.0;
                next = place + 1;
                self.len += 1;
            }
        }
        if self.len < self.capacity / SHRINK_BELOW {
            self.relocate(self.rung());
        }
    }

    /// The smallest capacity of this table's ladder that holds the slots in use and an eighth more.
    fn rung(&self) -> usize {
        let mut capacity = self.base;
        while self.len + self.len / 8 >= capacity * LOAD_PERCENT_MAX / 100 {
            capacity += capacity * GROWTH_EIGHTHS / 8;
        }
        capacity
    }

    fn relocate(&mut self, capacity: usize) {
        let old = std::mem::take(&mut self.slots);
        self.fill(capacity, old.iter().copied().map(Slot).filter(|slot| slot.0 != 0));
    }

    /// Fills an empty table with slots that come in ascending order.
    pub(crate) fn fill_sorted(&mut self, sorted: &[Slot]) {
        self.len = sorted.len();
        self.fill(self.rung(), sorted.iter().copied());
    }

    fn fill(&mut self, capacity: usize, slots: impl Iterator<Item = Slot>) {
        self.slots = vec![0; capacity + TAIL];
        (self.capacity, self.len) = (capacity, 0);
        let mut next = 0;
        for slot in slots {
            let at = self.home(slot.hash()).max(next);
            self.reach(at);
            self.slots[at] = slot.0;
            next = at + 1;
            self.len += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn matches(table: &Table, hash: u64) -> Vec<u64> {
        let (mut at, mut found) = (table.home(Hash(hash)), Vec::new());
        loop {
            match table.look(at, Hash(hash)) {
                Found::Other => {}
                Found::Match(address) => found.push(address.0),
                Found::End => return found,
            }
            at += 1;
        }
    }

    fn insert(table: &mut Table, hash: u64, address: u64) {
        if table.is_full() {
            table.grow();
        }
        table.insert(table.end(Hash(hash)), Slot::new(Hash(hash), Address(address)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        /// Few distinct hashes make long runs, also at the very end of the table.
        #[test]
        fn finds_what_was_inserted_and_nothing_else(
            ranges in prop::collection::vec((0..1_u64 << HASH_BITS, 1..400_u64), 1..12), dead_below in 0..3000_u64,
            removed in prop::collection::vec(any::<prop::sample::Index>(), 0..150),
        ) {
            let mut table = Table::new(3, 7);
            let mut all = Vec::new();
            for (start, count) in ranges.into_iter().chain([((1 << HASH_BITS) - 1, 200)]) {
                for step in 0..count {
                    let hash = (start + step / 3).min((1 << HASH_BITS) - 1);
                    all.push((hash, widen(all.len() + 1)));
                    insert(&mut table, hash, widen(all.len()));
                }
            }
            check(&table, &all)?;
            for index in removed {
                let (hash, address) = all[index.index(all.len())];
                table.remove(Slot::new(Hash(hash), Address(address)));
                all.retain(|slot| *slot != (hash, address));
                all.push((hash, address + 5000));
                insert(&mut table, hash, address + 5000);
                let (hash, address) = all.remove(index.index(all.len()));
                table.remove(Slot::new(Hash(hash), Address(address)));
                table.remove(Slot::new(Hash(hash), Address(address)));
                if all.is_empty() { break; }
            }
            check(&table, &all)?;
            table.sweep(|address| address.0 >= dead_below);
            all.retain(|(_, address)| *address >= dead_below);
            check(&table, &all)?;
            let mut sorted: Vec<_> = all.iter().map(|(hash, address)| Slot::new(Hash(*hash), Address(*address))).collect();
            sorted.sort_unstable();
            let mut table = Table::new(0, 1);
            table.fill_sorted(&sorted);
            check(&table, &all)?;
        }
    }

    fn check(table: &Table, all: &[(u64, u64)]) -> Result<(), TestCaseError> {
        let mut model = BTreeMap::<u64, Vec<u64>>::new();
        for (hash, address) in all {
            model.entry(*hash).or_default().push(*address);
        }
        prop_assert_eq!(table.len(), all.len());
        prop_assert!(table.len() <= table.capacity * LOAD_PERCENT_MAX / 100, "searches take long");
        for (hash, expected) in &mut model {
            let mut found = matches(table, *hash);
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(&found, expected);
        }
        for absent in (0..1000).map(|step| step << (HASH_BITS - 10)).filter(|hash| !model.contains_key(hash)) {
            prop_assert!(matches(table, absent).is_empty());
        }
        Ok(())
    }

    #[test]
    fn stays_within_sixteen_bytes_per_slot() {
        let mut table = Table::new(0, 1);
        let mut state = 1_u64;
        for count in 1..50_000_usize {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            insert(&mut table, state >> ADDRESS_BITS, widen(count));
            assert!(count < 2000 || table.memory_bytes() <= 14 * count, "{table:?}");
        }
    }
}
