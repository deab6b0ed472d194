//! Example numbers of eight regions in five spellings each: `val_phone`.

use crate::{
    field::Field,
    report::{Outcome, Set},
};

#[test]
fn every_spelling_becomes_its_number() {
    let Some(mut set) = Set::open("val_phone", &[]) else { return };
    let mut field = Field::new(&["phone"], &["phone"]);
    for line in set.text("example_numbers.csv").lines().skip(1) {
        let columns: Vec<&str> = line.split(',').collect();
        let [region, kind, form, input, valid, number, _] = columns[..] else { panic!("{line}") };
        field.profile.region = Some(region.to_owned());
        let ours = field.run(input).ok();
        let row = format!("{region}, {}", if valid == "1" { "numbers" } else { "no number" });
        let expected = Some(number).filter(|_| valid == "1");
        set.case(&row, &format!("{kind} {form}"), Outcome::of_value(expected, ours.as_deref()));
    }
    set.finish();
}
