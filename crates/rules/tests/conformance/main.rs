//! What others made to test programs like this one, held against it: `docs/conformance.md` says what the sets are, where
//! they belong and what was measured. Where a set is absent its test is skipped with a message.
//!
//! One file per set. Each counts what it measures in a [`report::Set`], which fails on every disagreement without a
//! written decision, and compares its section of `docs/conformance.md` with what was measured; `FAIRCOPY_BLESS=1` writes
//! the section. `just conformance` runs them all and prints the table.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "the tables are what a run is for")]
#![allow(clippy::needless_pass_by_value, reason = "numbers and texts are given as they come")]

/// Wide records of a health agency, by the forms of `docs/examples/cms_rif`: `cms_rif`.
mod cms_rif;
/// Decimals against whole numbers of any size.
mod decimals;
/// Labelled duplicates: `dup_febrl`, `dup_restaurants`.
mod duplicates;
/// One field, as the judge treats it: what the sets of values run.
mod field;
/// Bytes that a JSON reader must accept or refuse: `json_parsing`.
mod json_parsing;
/// The tests of the JSON Schema specification: `json_schema_test_suite`.
mod json_schema_test_suite;
/// Strings that break software: `naughty_strings`.
mod naughty_strings;
/// The lists of ISO 4217 and ISO 3166-1: `ref_iso`.
mod ref_iso;
/// Counting, decisions, and the sections of `docs/conformance.md`.
mod report;
/// The normalization test and the case folding of the Unicode Character Database: `unicode`.
mod unicode;
/// Contracts of agencies, by the form of `docs/examples/contracts`: `us_gov_contracts`.
mod us_gov_contracts;
/// Addresses in the United States: `val_addresses`.
mod val_addresses;
/// IBANs and BICs of the tests of a banking library: `val_bank`.
mod val_bank;
/// Dates, and what a lenient parser makes of them: `val_dates`.
mod val_dates;
/// E-mail addresses by category of the RFCs: `val_email`.
mod val_email;
/// Names of companies: `val_names`.
mod val_names;
/// Spellings of telephone numbers: `val_phone`.
mod val_phone;
/// Prices as found in shops: `val_price_parser`.
mod val_price_parser;
/// Field validators of a JavaScript library: `val_validatorjs`.
mod val_validatorjs;
