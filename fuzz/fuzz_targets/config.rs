//! Any text as the configuration: its mistakes are told, or what is shown of it is a configuration that says the same.
//! `cargo +nightly fuzz run config -- -max_len=2048`
#![no_main]

use faircopy::{commands::config, config::Config};
use libfuzzer_sys::fuzz_target;
use std::{iter, path::Path};

fuzz_target!(|text: &str| {
    let parse = |text: &str| Config::parse(Path::new("f.toml"), text, iter::empty());
    let Ok((_, shown)) = parse(text) else { return };
    let page = config::page(&shown);
    let (_, again) = parse(&page).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{page}"));
    for (again, first) in again.iter().zip(&shown) {
        assert_eq!((&again.section, &again.key, &again.value), (&first.section, &first.key, &first.value));
    }
    assert_eq!(again.len(), shown.len());
});
