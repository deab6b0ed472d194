//! Addresses of claims: 36 bits that say where in which slice's file a claim stands.
//!
//! A file is addressed in *segments* of 4 MiB; an address is segment number (16 bits) and place within it in units of
//! 4 bytes (20 bits; claims begin at multiples of 4). When a slice is dropped its segments die: slots of the index that
//! point there are passed over, then swept out shard by shard, and only then may the numbers be used again.

use crate::narrow;

const UNIT_BYTES: u64 = 4;
const UNIT_BITS: u32 = 20;
const NUMBER_BITS: u32 = 16;
/// Bits of an address.
pub(crate) const ADDRESS_BITS: u32 = UNIT_BITS + NUMBER_BITS;
const SEGMENT_BYTES: u64 = UNIT_BYTES << UNIT_BITS;
/// Number 0 is never given out, so that no slot of the index is 0.
const NUMBERS_END: usize = 1 << NUMBER_BITS;
/// The slice of a dead segment: older than every slice.
const DEAD: i64 = i64::MIN;

/// Where a claim stands; never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address(pub(crate) u64);

#[derive(Clone, Copy, Debug)]
struct Segment {
    slice: i64,
    /// Where it begins in the slice's file.
    base: u64,
}

/// The segments in use.
#[derive(Debug)]
pub(crate) struct Segments {
    all: Vec<Segment>,
    free: Vec<usize>,
    /// Died since the running sweep began.
    dead: Vec<usize>,
    /// Died before it began: free when it ends.
    dying: Vec<usize>,
}

/// There are no more segment numbers.
#[derive(Debug)]
pub(crate) struct Exhausted;

impl Segments {
    pub(crate) fn new() -> Self {
        let all = vec![Segment { slice: DEAD, base: 0 }];
        Self { all, free: Vec::new(), dead: Vec::new(), dying: Vec::new() }
    }

    /// The address of byte `offset` of a slice's file, whose segment numbers in order are `numbers`; it is extended
    /// when the file has grown into a new segment.
    pub(crate) fn address(&mut self, slice: i64, numbers: &mut Vec<usize>, offset: u64) -> Result<Address, Exhausted> {
        let nth = narrow(offset / SEGMENT_BYTES);
        while numbers.len() <= nth {
            let segment = Segment { slice, base: crate::widen(numbers.len()) * SEGMENT_BYTES };
            numbers.push(self.allocate(segment)?);
        }
        Ok(join(numbers[nth], offset))
    }

    /// As [`Segments::address`], for a byte that has its address already.
    pub(crate) fn known(numbers: &[usize], offset: u64) -> Option<Address> {
        numbers.get(narrow(offset / SEGMENT_BYTES)).map(|number| join(*number, offset))
    }

    fn allocate(&mut self, segment: Segment) -> Result<usize, Exhausted> {
        if let Some(number) = self.free.pop() {
            self.all[number] = segment;
            return Ok(number);
        }
        if self.all.len() == NUMBERS_END {
            return Err(Exhausted);
        }
        self.all.push(segment);
        Ok(self.all.len() - 1)
    }

    /// The slice an address lies in; a slice older than every other once it was dropped.
    pub(crate) fn slice(&self, address: Address) -> i64 {
        self.all[narrow(address.0 >> UNIT_BITS)].slice
    }

    /// Whether the slice of an address was not dropped.
    pub(crate) fn is_live(&self, address: Address) -> bool {
        self.slice(address) != DEAD
    }

    /// Byte of the slice's file that an address means.
    pub(crate) fn offset(&self, address: Address) -> u64 {
        let unit = address.0 & ((1 << UNIT_BITS) - 1);
        self.all[narrow(address.0 >> UNIT_BITS)].base + unit * UNIT_BYTES
    }

    /// The segments of a dropped slice.
    pub(crate) fn kill(&mut self, numbers: &[usize]) {
        numbers.iter().for_each(|number| self.all[*number].slice = DEAD);
        self.dead.extend(numbers);
    }

    /// Whether slots may point to dead segments.
    pub(crate) fn any_dead(&self) -> bool {
        !self.dead.is_empty() || !self.dying.is_empty()
    }

    /// Whether slots may point to dead segments that no sweep has begun to remove.
    pub(crate) fn wants_sweep(&self) -> bool {
        !self.dead.is_empty()
    }

    /// A sweep over all shards begins.
    pub(crate) fn sweep_begins(&mut self) {
        self.dying = std::mem::take(&mut self.dead);
    }

    /// The sweep has seen every shard: no slot points to what had died when it began.
    pub(crate) fn sweep_ended(&mut self) {
        self.free.append(&mut self.dying);
    }
}

fn join(number: usize, offset: u64) -> Address {
    let unit = (offset % SEGMENT_BYTES) / UNIT_BYTES;
    Address((crate::widen(number) << UNIT_BITS) | unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widen;

    /// So many segments are far more than a test can fill with claims.
    #[test]
    fn numbers_run_out_and_come_back_with_a_sweep() {
        let mut segments = Segments::new();
        let (mut numbers, mut others) = (Vec::new(), Vec::new());
        let last = widen(NUMBERS_END - 2) * SEGMENT_BYTES;
        let address = segments.address(7, &mut numbers, last + 8).unwrap();
        assert_eq!((segments.slice(address), segments.offset(address)), (7, last + 8));
        assert_eq!(Segments::known(&numbers, last + 8), Some(address));
        assert_eq!(Segments::known(&numbers, last + SEGMENT_BYTES), None);
        assert!(segments.address(8, &mut others, 0).is_err());
        segments.kill(&numbers);
        segments.sweep_begins();
        assert!(segments.address(8, &mut others, 0).is_err(), "slots may still point there");
        segments.sweep_ended();
        assert!(segments.address(8, &mut others, 0).is_ok());
        assert_eq!(segments.slice(address), 8, "the last one is used first");
    }
}
