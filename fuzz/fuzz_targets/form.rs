//! Any text as a form file: no panic; refused, or usable for judging.
//! `cargo +nightly fuzz run form -- -max_len=8192`
#![no_main]

use libfuzzer_sys::fuzz_target;
use rules::{Context, Form, Judge, Profile};

fuzz_target!(|text: &str| {
    if let Ok(form) = Form::parse("fuzz.json", text) {
        let _verdict = Judge::new(&form, &Profile::default()).judge(b"{}", Context::default());
    }
});
