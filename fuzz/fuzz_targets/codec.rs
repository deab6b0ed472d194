//! Any bytes as a message of a local topic: refused, or the message whose encoding they are.
//! `cargo +nightly fuzz run codec -- -max_len=512`
#![no_main]

use libfuzzer_sys::fuzz_target;
use transport::codec::{View, encode};

fuzz_target!(|bytes: &[u8]| {
    let Ok(view) = View::parse(bytes) else { return };
    let Ok(message) = view.to_message() else { return };
    assert_eq!((view.time, view.key, view.value), (message.time, &*message.key, &*message.value));
    for (name, _) in message.headers.iter() {
        assert_eq!(view.header(name), message.headers.get(name));
    }
    let mut written = Vec::new();
    encode(&message, &mut written).expect("what fits a frame of the fuzzer fits a message");
    assert_eq!(written, bytes);
});
