# Shortcuts. Everything here is a plain cargo command that can be typed without just.

# list the shortcuts
default:
    @just --list

# what CI runs
ci:
    bash .ci/run

# the README's test command
test:
    cargo test

# format, lint, licences
check:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    cargo deny check licenses bans sources

# security advisories (needs network access to the RustSec database)
advisories:
    cargo deny check advisories

# all benches; README and docs quote their tables
bench:
    cargo bench -p benches

# kill -9 at 200 seeded moments, a long run of every property test, and the long runs against Kafka
faults:
    FAIRCOPY_KILLS=200 PROPTEST_CASES=2000 cargo test --release -p pipeline -p store -p dedupe
    FAIRCOPY_FAULTS=full cargo test -p pipeline --test kafka

# fuzz one parser, as in `just fuzz input` (needs the nightly toolchain and cargo-fuzz); fuzz/fuzz_targets/ has them all
fuzz target seconds="300":
    cargo +nightly fuzz run {{target}} -- -max_total_time={{seconds}}

# rewrite the generated files: the code registry, and what the tutorial shows
bless:
    FAIRCOPY_BLESS=1 cargo test -p record
    FAIRCOPY_BLESS=1 cargo test -p faircopy --test it tutorial

# hold the program against the test sets of others and print the tables of docs/conformance.md
conformance:
    FAIRCOPY_CONFORMANCE=full cargo test -p rules --test conformance -- --nocapture
