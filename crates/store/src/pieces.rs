//! The newest part of a file, mapped into memory: reading some bytes out of order then costs no system call.
//!
//! Bytes are copied out through volatile accessors, never borrowed, and only committed ones are asked for: those stay as they are
//! and behind the end of the file nothing is touched. So what another process may do to the file is a checksum that
//! does not match, as it is for `pread`. The one difference: a page that the disk cannot give any more ends the process with
//! SIGBUS instead of an error, and the next start finds and names the damage.

use std::{collections::VecDeque, fs::File, sync::Arc};
use vm_memory::{FileOffset, MmapRegion, VolatileMemory};

/// Bytes of one piece. A piece may reach beyond the end of the file, which grows into it.
const PIECE_BYTES: usize = 4 << 20;

/// Pieces that follow one another.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    /// Number of the first.
    first: u64,
    mapped: VecDeque<MmapRegion>,
}

impl Pieces {
    pub(crate) fn bytes(&self) -> u64 {
        widen(self.mapped.len() * PIECE_BYTES)
    }

    /// Maps the pieces up to byte `end`, each at most once. Where the system refuses, the file is read.
    pub(crate) fn extend(&mut self, file: &Arc<File>, end: u64) {
        while (self.first + widen(self.mapped.len())) * widen(PIECE_BYTES) < end {
            let at = (self.first + widen(self.mapped.len())) * widen(PIECE_BYTES);
            let place = Some(FileOffset::from_arc(Arc::clone(file), at));
            let Ok(piece) = MmapRegion::build(place, PIECE_BYTES, libc::PROT_READ, libc::MAP_SHARED) else { return };
            self.mapped.push_back(piece);
        }
    }

    /// Gives up the oldest piece; answers its bytes, 0 when there is none.
    pub(crate) fn drop_oldest(&mut self) -> u64 {
        let Some(piece) = self.mapped.pop_front() else { return 0 };
        self.first += 1;
        widen(piece.size())
    }

    /// Copies the bytes from `at` on, which are in the file; tells whether they are mapped, in one piece.
    pub(crate) fn copy(&self, at: u64, bytes: &mut [u8]) -> bool {
        let place = (at / widen(PIECE_BYTES)).checked_sub(self.first).and_then(|nth| usize::try_from(nth).ok());
        let within = usize::try_from(at % widen(PIECE_BYTES)).ok();
        let piece = place.and_then(|nth| self.mapped.get(nth)).zip(within);
        let slice = piece.and_then(|(piece, within)| piece.get_slice(within, bytes.len()).ok());
        slice.is_some_and(|slice| slice.copy_to(bytes) == bytes.len())
    }
}

fn widen(count: usize) -> u64 {
    u64::try_from(count).expect("a length in memory is below 2^64")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::FileExt;

    #[test]
    fn what_is_mapped_reads_as_the_file_does_and_the_rest_is_left_to_the_reader() {
        let file = Arc::new(tempfile::tempfile().unwrap());
        let piece = widen(PIECE_BYTES);
        // Another byte every 251, a prime: no two pieces are alike.
        let bytes: Vec<u8> = (0..=250).cycle().take(2 * PIECE_BYTES + 5000).collect();
        file.write_all_at(&bytes[..PIECE_BYTES + 10], 0).unwrap();
        let mut pieces = Pieces::default();
        pieces.extend(&file, piece + 10);
        assert_eq!(pieces.bytes(), 2 * piece);
        // The file grows into the second piece and beyond.
        file.write_all_at(&bytes, 0).unwrap();
        let mut copied = [0; 44];
        for at in [0, 1, PIECE_BYTES - 44, PIECE_BYTES, PIECE_BYTES + 5000, 2 * PIECE_BYTES - 44] {
            assert!(pieces.copy(widen(at), &mut copied), "{at}");
            assert_eq!(copied, bytes[at..at + 44], "{at}");
        }
        assert!(!pieces.copy(piece - 43, &mut copied), "in two pieces");
        assert!(!pieces.copy(2 * piece, &mut copied), "not mapped yet");
        pieces.extend(&file, widen(bytes.len()));
        assert!(pieces.copy(2 * piece + 4000, &mut copied));
        assert_eq!(copied, bytes[2 * PIECE_BYTES + 4000..][..44]);
        assert_eq!((pieces.drop_oldest(), pieces.bytes()), (piece, 2 * piece));
        assert!(!pieces.copy(0, &mut copied), "given up");
        pieces.extend(&file, widen(bytes.len()));
        assert!(!pieces.copy(0, &mut copied), "given up for good");
        assert!(pieces.copy(piece, &mut copied));
        assert_eq!(copied, bytes[PIECE_BYTES..][..44]);
    }
}
