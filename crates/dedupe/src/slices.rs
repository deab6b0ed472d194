//! Slices of the window, their files, and the claims that wait for a commit.

use crate::{
    claim::{self, CLAIM_BYTES},
    narrow, widen,
};
use record::Claim;
use store::{Error, Reader, Store, framed_len};

/// Names of claim files: this and the slice's number.
const PREFIX: &str = "claims-";
/// Most claims of one block; a block is one frame of the log. Full blocks need no padding.
const BLOCK_CLAIMS: usize = 16 << 10;
const BLOCK_BYTES: usize = BLOCK_CLAIMS * CLAIM_BYTES;
const _: () = assert!(BLOCK_BYTES <= store::FRAME_BYTES_MAX);
const _: () = assert!(framed_len(BLOCK_BYTES) == framed_len(0) + BLOCK_BYTES);

/// One slice that has claims.
#[derive(Debug, Default)]
pub(crate) struct Slice {
    /// Its file; `None` until its first commit.
    reader: Option<Reader>,
    /// Committed bytes of its file.
    pub(crate) bytes: u64,
    /// Committed claims in it.
    pub(crate) claims: u64,
    /// Its segments in order.
    pub(crate) segments: Vec<usize>,
    /// Claims that wait for their commit, one after the other as the log will hold them, without frame headers.
    staged: Vec<u8>,
}

impl Slice {
    pub(crate) fn open(store: &Store, file: &str) -> Result<Self, Error> {
        let reader = store.reader(crate::GROUP, file)?;
        Ok(Self { bytes: reader.length(), reader: Some(reader), ..Self::default() })
    }

    /// Its file, once it has one.
    pub(crate) fn reader(&mut self) -> Option<&mut Reader> {
        self.reader.as_mut()
    }

    /// Takes a claim to the staged ones; returns the byte of the file where it will stand.
    pub(crate) fn stage(&mut self, claim: &Claim) -> u64 {
        self.staged.extend_from_slice(&claim::encode(claim));
        self.offset_of(self.staged.len() - CLAIM_BYTES)
    }

    /// The staged claims with the bytes of the file where they will stand.
    pub(crate) fn staged(&self) -> impl Iterator<Item = (Claim, u64)> + '_ {
        let (claims, _) = self.staged.as_chunks::<CLAIM_BYTES>();
        (0..).zip(claims).map(|(nth, bytes)| (claim::decode(bytes), self.offset_of(nth * CLAIM_BYTES)))
    }

    /// Where a byte of `staged` will stand in the file: behind the headers of its own and all former blocks.
    fn offset_of(&self, staged: usize) -> u64 {
        let headers = (staged / BLOCK_BYTES + 1) * framed_len(0);
        self.bytes + widen(headers + staged)
    }

    /// The staged claims as frames, to be appended to the file.
    pub(crate) fn frames(&self) -> Vec<u8> {
        let mut frames = Vec::with_capacity(self.staged.len() + framed_len(0) + CLAIM_BYTES);
        self.staged.chunks(BLOCK_BYTES).for_each(|block| store::frame(&mut frames, block));
        frames
    }

    pub(crate) fn has_staged(&self) -> bool {
        !self.staged.is_empty()
    }

    /// The staged claims are committed.
    pub(crate) fn committed(&mut self, store: &Store, file: &str) -> Result<(), Error> {
        self.bytes += self.staged.chunks(BLOCK_BYTES).map(|block| widen(framed_len(block.len()))).sum::<u64>();
        self.claims += widen(self.staged.len() / CLAIM_BYTES);
        self.staged.clear();
        match &mut self.reader {
            Some(reader) => reader.extend(self.bytes),
            None => self.reader = Some(store.reader(crate::GROUP, file)?),
        }
        Ok(())
    }

    /// The staged claims are forgotten.
    pub(crate) fn abandon(&mut self) {
        self.staged.clear();
    }

    /// The claim at this byte of the file, be it committed or staged.
    pub(crate) fn read(&self, at: u64) -> Result<claim::Bytes, Error> {
        let mut bytes = [0; CLAIM_BYTES];
        match &self.reader {
            Some(reader) if at < self.bytes => {
                reader.read_at(at, &mut bytes)?;
                if !claim::is_sound(&bytes) {
                    return Err(reader.corrupt(at, "checksum of a claim does not match"));
                }
            }
            _ => {
                let behind = narrow(at - self.bytes);
                let headers = (behind / framed_len(BLOCK_BYTES) + 1) * framed_len(0);
                bytes.copy_from_slice(&self.staged[behind - headers..][..CLAIM_BYTES]);
            }
        }
        Ok(bytes)
    }
}

/// What a window's files are called within the group: `<prefix><number of the slice>`.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    prefix: String,
}

impl Files {
    /// Files of a window over all shards.
    pub(crate) fn of_all() -> Self {
        Self { prefix: PREFIX.to_owned() }
    }

    /// Files of the window of one shard.
    pub(crate) fn of_shard(shard: u32) -> Self {
        Self { prefix: format!("shard-{shard}-{PREFIX}") }
    }

    /// Name of a slice's file.
    pub(crate) fn name(&self, number: i64) -> String {
        format!("{}{number}", self.prefix)
    }

    /// The slice whose file this is; `None` for the group's other files.
    pub(crate) fn number(&self, file_name: &str) -> Option<i64> {
        file_name.strip_prefix(&self.prefix)?.parse().ok()
    }
}

/// How time is cut.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    pub(crate) window_ms: i64,
    pub(crate) slice_ms: i64,
}

impl Cut {
    /// The oldest slice that counts when the watermark is at `time`: the first that ends after `time - window`.
    pub(crate) fn oldest(self, time: i64) -> i64 {
        (time - self.window_ms).div_euclid(self.slice_ms)
    }

    /// The slice that a claim of this time goes to.
    pub(crate) fn of(self, time: i64, oldest: i64) -> i64 {
        time.div_euclid(self.slice_ms).max(oldest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::{ContentHash, Key, Position, RecordTime};

    #[test]
    fn a_slice_counts_until_its_end_is_a_window_old() {
        let cut = Cut { window_ms: 30, slice_ms: 10 };
        // Slice 0 is 0..10; its last moment, 9, is 30 old at 39.
        assert_eq!(cut.oldest(39), 0);
        assert_eq!(cut.oldest(40), 1);
        assert_eq!(cut.of(45, 1), 4);
        assert_eq!(cut.of(5, 1), 1);
        assert_eq!(cut.of(-1, -9), -1);
    }

    #[test]
    fn names_read_back_before_1970_too() {
        for slice in [i64::MIN, -1, 0, 20_000] {
            let (all, one) = (Files::of_all(), Files::of_shard(1));
            assert_eq!(all.number(&all.name(slice)), Some(slice));
            assert_eq!(one.number(&one.name(slice)), Some(slice));
            assert_eq!(Files::of_shard(11).number(&one.name(slice)), None);
            assert_eq!(all.number(&one.name(slice)), None);
        }
        assert_eq!(Files::of_all().number("clean-0"), None);
    }

    #[test]
    fn staged_claims_stand_where_the_frames_put_them() {
        let mut slice = Slice { bytes: 64, ..Slice::default() };
        let claims = 0..2 * widen(BLOCK_CLAIMS) + 3;
        let claim = |offset| {
            let position = Position { partition: 1, offset };
            Claim { key: Key([7; 16]), content: ContentHash(offset), position, time: RecordTime(5) }
        };
        let offsets: Vec<_> = claims.clone().map(|number| slice.stage(&claim(number))).collect();
        let frames = slice.frames();
        for (number, at) in claims.zip(offsets) {
            let bytes = slice.read(at).unwrap();
            assert_eq!(bytes, frames[narrow(at) - 64..][..CLAIM_BYTES]);
            assert_eq!(claim::decode(&bytes), claim(number));
        }
    }
}
