//! Any bytes as a file of the store: what is read of it are frames as they are written, and what is refused is told with the byte.
//! `cargo +nightly fuzz run frame -- -max_len=1024`
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::{fs::File, os::unix::fs::FileExt};
use store::{Error, Store, Sync, frame};

/// Committed bytes of the file, filled with the input over and over: more than is read ahead for one frame.
const BYTES: usize = 6 << 10;
/// Bytes before a payload: its length and its checksum.
const HEADER: usize = 8;

thread_local! {
    /// One store for all runs: the file is written over.
    static STORE: (Store, File) = {
        let dir = tempfile::tempdir().expect("a directory for the store").keep();
        let mut store = Store::open(&dir, Sync::Off).expect("a new store");
        let writer = store.writer("g").expect("nobody else writes");
        let mut txn = store.begin();
        txn.append(&writer, "f", vec![0; BYTES]);
        txn.commit().expect("a commit");
        let file = File::options().write(true).open(dir.join("g/f.log")).expect("the file");
        (store, file)
    };
}

fuzz_target!(|bytes: &[u8]| {
    let mut content: Vec<u8> = bytes.iter().copied().chain([0]).cycle().take(BYTES).collect();
    seal(&mut content);
    STORE.with(|(store, file)| {
        file.write_all_at(&content, 0).expect("the file is writable");
        let mut reader = store.reader("g", "f").expect("it is committed");
        let (mut at, mut read, mut payload) = (0, Vec::new(), Vec::new());
        loop {
            match reader.frame_at(at, &mut payload) {
                Ok(Some(next)) => {
                    let mut written = Vec::new();
                    frame(&mut written, &payload);
                    assert_eq!(content[range(at, next)], written);
                    read.push((at, payload.clone()));
                    at = next;
                }
                Ok(None) => break assert_eq!(at, BYTES as u64),
                Err(Error::Corrupt { byte, .. }) => {
                    break assert_eq!(byte, at, "the frame that cannot be read is told");
                }
                Err(error) => panic!("{error}"),
            }
        }
        for (at, first) in read.into_iter().rev() {
            reader.frame_at(at, &mut payload).expect("it was read before");
            assert_eq!(payload, first, "read again from behind");
        }
    });
});

fn range(from: u64, to: u64) -> std::ops::Range<usize> {
    usize::try_from(from).expect("within the file")..usize::try_from(to).expect("within the file")
}

/// Makes the checksums of frames right, but for those that begin with 1: no fuzzer guesses them.
fn seal(content: &mut [u8]) {
    let mut at = 0;
    while let Some(&[a, b, c, d, crc, ..]) = content.get(at..) {
        let payload = u32::from_le_bytes([a, b, c, d]) as usize;
        let Some(end) = (at + HEADER).checked_add(payload).filter(|end| payload > 0 && *end <= BYTES) else { break };
        if crc != 1 {
            let crc = crc32c::crc32c(&content[at + HEADER..end]);
            content[at + 4..at + HEADER].copy_from_slice(&crc.to_le_bytes());
        }
        at = end.next_multiple_of(8);
    }
}
