//! Any bytes under any form: no panic, the verdict of the reference, and a clean record is clean again, unchanged, where
//! amounts are read as clean records write them.
//! `cargo +nightly fuzz run judge -- -max_len=4096`
#![no_main]

use libfuzzer_sys::fuzz_target;
use record::Verdict;
use rules::{Context, DecimalSign, Form, Judge, Profile};
use std::sync::LazyLock;

/// Of each form the judge of what is keyed, and that of clean records: without a decimal sign `27.125` is ambiguous as a
/// text, but not as the JSON number it may have been.
static JUDGES: LazyLock<Vec<[Judge; 2]>> = LazyLock::new(|| {
    let point = Profile { decimal_sign: Some(DecimalSign::Point), ..Profile::default() };
    let forms = [
        ("medical_claim/1.json", include_str!("../../schemas/medical_claim/1.json")),
        ("vendor_invoice/1.json", include_str!("../../schemas/vendor_invoice/1.json")),
        ("timesheet/1.json", include_str!("../../schemas/timesheet/1.json")),
        ("employee_onboarding/1.json", include_str!("../../schemas/employee_onboarding/1.json")),
        ("customer_kyc/1.json", include_str!("../../schemas/customer_kyc/1.json")),
    ];
    let judges = |(file, text)| {
        let form = Form::parse(file, text).expect("shipped forms load");
        [Judge::new(&form, &Profile::default()), Judge::new(&form, &point)]
    };
    forms.map(judges).into()
});

fuzz_target!(|raw: &[u8]| {
    for [judge, judge_of_clean] in JUDGES.iter() {
        let verdict = judge.judge(raw, Context::default());
        assert_eq!(verdict, judge.reference(raw, Context::default()));
        if let Verdict::Clean(clean) = verdict {
            let Verdict::Clean(again) = judge_of_clean.judge(&clean.bytes, Context::default()) else {
                panic!("a clean record was rejected when judged again");
            };
            assert_eq!((clean.bytes, clean.key), (again.bytes, again.key));
            assert!(again.changes.is_empty(), "a clean record was changed again");
        }
    }
});
