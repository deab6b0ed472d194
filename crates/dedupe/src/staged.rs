//! Claims that are decided but not committed.

use record::{Claim, Key};

/// A claim that waits for its commit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Staged {
    pub(crate) claim: Claim,
    pub(crate) slice: i64,
    /// Byte of the slice's file; known once written.
    pub(crate) offset: u64,
}

/// The staged claims in order, found by key.
#[derive(Debug, Default)]
pub(crate) struct Stage {
    pub(crate) claims: Vec<Staged>,
    /// Number of a claim plus 1, open addressing; 0 is empty. Its length is a power of two, at most half full.
    index: Vec<usize>,
}

impl Stage {
    /// Makes room for so many more.
    pub(crate) fn reserve(&mut self, more: usize) {
        let slots = ((self.claims.len() + more) * 2).next_power_of_two();
        if slots > self.index.len() {
            self.index.clear();
            self.index.resize(slots, 0);
            for number in 0..self.claims.len() {
                let at = self.place(self.claims[number].claim.key);
                self.index[at] = number + 1;
            }
        }
        self.claims.reserve(more);
    }

    /// The claim staged last for this key.
    pub(crate) fn find(&self, key: Key) -> Option<&Staged> {
        if self.claims.is_empty() {
            return None;
        }
        self.index[self.place(key)].checked_sub(1).map(|number| &self.claims[number])
    }

    /// Stages a claim; room was reserved.
    pub(crate) fn push(&mut self, staged: Staged) {
        let at = self.place(staged.claim.key);
        self.claims.push(staged);
        self.index[at] = self.claims.len();
    }

    pub(crate) fn clear(&mut self) {
        self.claims.clear();
        self.index.fill(0);
    }

    /// Where the key stands in the index, or would.
    fn place(&self, key: Key) -> usize {
        let [.., a, b, c, d] = key.0;
        let mask = self.index.len() - 1;
        let mut at = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or_default() & mask;
        while let Some(number) = self.index[at].checked_sub(1) {
            if self.claims[number].claim.key == key {
                break;
            }
            at = (at + 1) & mask;
        }
        at
    }
}
