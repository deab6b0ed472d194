use crate::program::{faircopy, stderr, stdout};

#[test]
fn a_code_is_explained_whatever_its_case() {
    let output = faircopy().args(["explain", "sum.mismatch"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).starts_with("SUM.MISMATCH: "), "{}", stdout(&output));
}

#[test]
fn a_misspelt_code_ends_with_2_and_a_suggestion() {
    let output = faircopy().args(["explain", "SUM.MISMTCH"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("hint: did you mean SUM.MISMATCH?"), "{}", stderr(&output));
    assert!(output.stdout.is_empty());
}
