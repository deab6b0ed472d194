//! Which column is which field: by pointer, by mapping file, or by a name that differs in case and punctuation only. A
//! column that is none of these is a mistake of the setup, found before the first record.
//!
//! A row of which no column is known may be a record of a file without a header: no message shows what stands in it.

use super::mapping::Mapping;
use crate::{failure::Mistake, text};

/// What is known before the header is read.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// Pointers of the form's fields, `*` for an index.
    pub(super) fields: Vec<String>,
    /// The mapping file.
    pub(super) mapping: Mapping,
}

/// What becomes of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// It is this field.
    Field(String),
    /// It is left out, as the mapping says.
    Ignored,
    /// It has no name: whatever stands in it is an extra cell.
    Nameless,
}

impl Known {
    /// What a column of this name is; `None` when nothing fits.
    pub(super) fn target(&self, column: &str) -> Option<Target> {
        let column = column.trim();
        if column.is_empty() {
            return Some(Target::Nameless);
        }
        if let Some(pointer) = self.mapped(column) {
            return Some(Target::Field(pointer.clone()));
        }
        if self.ignores(column) {
            return Some(Target::Ignored);
        }
        if column.starts_with('/') {
            return self.has(column).then(|| Target::Field(column.to_owned()));
        }
        match self.named(column)[..] {
            [pointer] => Some(Target::Field(pointer.clone())),
            _ => None,
        }
    }

    /// The fields that a column of this name may be: one of exactly this name goes before `/vendor/name` for `vendor_name`.
    fn named(&self, column: &str) -> Vec<&String> {
        let exact = top_level(column);
        if let Some(field) = self.fields.iter().find(|field| **field == exact) {
            return vec![field];
        }
        self.fields.iter().filter(|field| !field.contains('*') && is_same(field, column)).collect()
    }

    /// What a member of a JSON record is: mapped, left out, or what it is called.
    pub(super) fn renamed(&self, member: &str) -> Target {
        // A byte order mark that some program took for a part of the first name shows nothing: a mapping means the name.
        let member = member.strip_prefix('\u{feff}').unwrap_or(member);
        if let Some(pointer) = self.mapped(member) {
            return Target::Field(pointer.clone());
        }
        if self.ignores(member) {
            return Target::Ignored;
        }
        Target::Field(top_level(member))
    }

    /// Told once where each record would tell it: members of a record of JSON that are no fields of the form. Names are shown only
    /// where they are those of fields, written otherwise.
    pub(super) fn foreign_members(&self, place: &str, members: &[String]) -> Option<String> {
        let is_foreign =
            |member: &&String| matches!(self.renamed(member), Target::Field(field) if !self.is_top(&field));
        let foreign: Vec<_> = members.iter().filter(is_foreign).collect();
        let are = match foreign.len() {
            0 => return None,
            1 => "is no field",
            _ => "are no fields",
        };
        let as_named = foreign.iter().find_map(|member| match self.named(member)[..] {
            [field] => Some((member.as_str(), field.as_str())),
            _ => None,
        });
        let (member, field) = as_named.unwrap_or(("member", "/field"));
        let (count, all) = (foreign.len(), text::counted(members.len() as u64, "member"));
        Some(format!(
            "{place}: {count} of {all} {are} of the form, which rejects the record: {}",
            advice(member, field)
        ))
    }

    /// Whether a member of the record itself is a field of the form, or holds some.
    fn is_top(&self, pointer: &str) -> bool {
        let is_below = |rest: &str| rest.is_empty() || rest.starts_with('/');
        self.mapping.fields.values().any(|mapped| mapped == pointer)
            || self.fields.iter().any(|field| field.strip_prefix(pointer).is_some_and(is_below))
    }

    fn ignores(&self, name: &str) -> bool {
        self.mapping.ignore.iter().any(|ignored| is_same(ignored, name))
    }

    fn mapped(&self, column: &str) -> Option<&String> {
        let fields = &self.mapping.fields;
        fields.get(column).or_else(|| fields.iter().find(|(name, _)| is_same(name, column)).map(|(_, to)| to))
    }

    /// Whether the form has the field, `*` matching any index.
    fn has(&self, pointer: &str) -> bool {
        self.fields.iter().any(|field| {
            let (mut of_field, mut given) = (field.split('/'), pointer.split('/'));
            loop {
                match (of_field.next(), given.next()) {
                    (None, None) => return true,
                    (Some("*"), index) => {
                        if !index.is_some_and(is_index) {
                            return false;
                        }
                    }
                    (Some(a), Some(b)) if a == b => {}
                    _ => return false,
                }
            }
        })
    }

    /// The targets of all columns.
    ///
    /// # Errors
    /// Every column that is no field, every field that two columns are, and every mapped column that is not there.
    pub(super) fn targets(&self, file: &str, line: u64, columns: &[String]) -> Result<Vec<Target>, Vec<Mistake>> {
        let place = format!("{file}:{line}");
        let found = || columns.iter().map(|column| self.target(column));
        let is_header = found().any(|target| matches!(target, Some(Target::Field(_) | Target::Ignored)));
        if !is_header && found().any(|target| target.is_none()) {
            return Err(self.no_header(&place, columns));
        }
        let mut mistakes = Vec::new();
        let mut targets: Vec<Target> = Vec::with_capacity(columns.len());
        for column in columns {
            let target = self.target(column).unwrap_or_else(|| {
                mistakes.push(self.unknown(&place, column));
                Target::Ignored
            });
            let before = targets.iter().position(|before| matches!(target, Target::Field(_)) && *before == target);
            if let (Some(before), Target::Field(field)) = (before, &target) {
                let (a, b) = (before + 1, targets.len() + 1);
                let what = format!("{place}: columns {a} and {b} are both the field {field}");
                mistakes
                    .push(Mistake { what, hint: Some("rename one of them, or map it to another field".to_owned()) });
            }
            targets.push(target);
        }
        mistakes.extend(self.unknown_fields());
        mistakes.extend(self.missing_columns(&place, columns));
        if mistakes.is_empty() { Ok(targets) } else { Err(mistakes) }
    }

    fn unknown(&self, place: &str, column: &str) -> Mistake {
        let what = match self.named(column)[..] {
            [one, other, ..] => format!("{place}: column \"{column}\" may be the field {one} or {other}"),
            _ => format!("{place}: column \"{column}\" is no field of the form"),
        };
        let advice = advice(column, "/field");
        let near = self.nearest(column).map(|near| format!("did you mean {near}? otherwise "));
        Mistake { what, hint: Some(near.unwrap_or_default() + &advice) }
    }

    /// The columns by number, for they may be values.
    fn no_header(&self, place: &str, columns: &[String]) -> Vec<Mistake> {
        let what = format!("{place}: no column of {} is a field of the form: this may be a record", columns.len());
        let hint = "the first row names the columns; add it, or map its names to fields in a file given with --mapping";
        let mut mistakes = vec![Mistake { what, hint: Some(hint.to_owned()) }];
        for (number, column) in (1..).zip(columns) {
            mistakes.extend(self.nearest(column).map(|near| Mistake {
                what: format!("{place}: column {number} is no field of the form"),
                hint: Some(format!("did you mean {near}?")),
            }));
        }
        mistakes.extend(self.unknown_fields());
        mistakes
    }

    /// The field that a column may be meant to be.
    fn nearest(&self, column: &str) -> Option<&str> {
        let fields: Vec<_> = self.fields.iter().map(|field| (squash(field), field)).collect();
        let near = rules::nearest(&squash(column), fields.iter().map(|(squashed, _)| squashed.as_str()))?;
        fields.iter().find(|(squashed, _)| squashed == near).map(|(_, field)| field.as_str())
    }

    /// Fields of the mapping that the form does not have.
    pub(super) fn unknown_fields(&self) -> Vec<Mistake> {
        let unknown = self.mapping.fields.iter().filter(|(_, pointer)| !self.has(pointer));
        unknown
            .map(|(column, pointer)| {
                let near = rules::nearest(pointer, self.fields.iter().map(String::as_str));
                let what = format!("the mapping makes \"{column}\" the field {pointer}, which the form does not have");
                Mistake { what, hint: near.map(|near| format!("did you mean {near}?")) }
            })
            .collect()
    }

    /// Columns of the mapping that the file does not have.
    fn missing_columns(&self, place: &str, columns: &[String]) -> Vec<Mistake> {
        let missing = |column: &&String| !columns.iter().any(|name| is_same(name, column));
        let mistake = |column: &String| {
            let near = rules::nearest(column, columns.iter().map(String::as_str));
            let what = format!("{place}: there is no column \"{column}\", which the mapping names");
            Mistake { what, hint: near.map(|near| format!("did you mean \"{near}\"?")) }
        };
        self.mapping.fields.keys().filter(missing).map(mistake).collect()
    }
}

/// What to do about a column or member that is no field.
fn advice(name: &str, field: &str) -> String {
    format!("map it (`\"{}\" = \"{field}\"`) or ignore it in a file given with --mapping", text::printable(name))
}

/// Whether it is an index as everybody writes it: of `0` and `00`, which mean the same item, one would be lost.
fn is_index(step: &str) -> bool {
    step.parse::<u16>().is_ok_and(|index| index.to_string() == step)
}

/// The pointer of a member of the record itself.
fn top_level(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Whether two names differ in case and punctuation only. Of names without letters and digits, `#` and `%`, nothing else is left.
fn is_same(a: &str, b: &str) -> bool {
    let squashed = squash(a);
    a == b || !squashed.is_empty() && squashed == squash(b)
}

/// Letters and digits only, in lower case: `Invoice No.` and `/invoice_no` are the same.
fn squash(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(mapping: &[(&str, &str)], ignore: &[&str]) -> Known {
        let fields = ["/invoice_no", "/total", "/lines/*/amount"].map(str::to_owned).to_vec();
        let to_fields = mapping.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let ignore = ignore.iter().map(|name| (*name).to_owned()).collect();
        Known { fields, mapping: Mapping { fields: to_fields, ignore } }
    }

    fn targets(known: &Known, columns: &[&str]) -> Result<Vec<Target>, Vec<String>> {
        let columns: Vec<_> = columns.iter().map(|name| (*name).to_owned()).collect();
        let mistakes =
            |mistakes: Vec<Mistake>| mistakes.into_iter().map(|m| format!("{}|{}", m.what, m.hint.unwrap_or_default()));
        known.targets("f.csv", 1, &columns).map_err(|found| mistakes(found).collect())
    }

    #[test]
    fn names_match_whatever_their_case_and_punctuation() {
        let field = |pointer: &str| Target::Field(pointer.to_owned());
        let known = known(&[("Betrag", "/total")], &["Comment"]);
        let found = targets(&known, &["Invoice No.", "BETRAG", "/lines/0/amount", "comment", ""]).unwrap();
        assert_eq!(
            found,
            [field("/invoice_no"), field("/total"), field("/lines/0/amount"), Target::Ignored, Target::Nameless]
        );
    }

    #[test]
    fn a_column_is_the_field_of_its_very_name_and_of_two_alike_none() {
        let fields = ["/vendor/name", "/vendor_name", "/a/b", "/ab", "/a_c", "/a-c"].map(str::to_owned).to_vec();
        let known = Known { fields, ..Known::default() };
        let found = targets(&known, &["vendor_name", "/vendor/name"]).unwrap();
        assert_eq!(found, ["/vendor_name", "/vendor/name"].map(|field| Target::Field(field.to_owned())));
        let refused = targets(&known, &["ab", "Vendor Name", "AC"]).unwrap_err();
        assert!(
            refused[0].starts_with("f.csv:1: column \"Vendor Name\" may be the field /vendor/name or /vendor_name|")
        );
        assert!(refused[1].contains("\"AC\" may be the field /a_c or /a-c"), "{refused:?}");
    }

    #[test]
    fn names_of_signs_alone_are_not_all_the_same() {
        let known = known(&[("€", "/total")], &["#"]);
        assert_eq!(known.target("#"), Some(Target::Ignored));
        assert_eq!(known.target("%"), None);
        let refused = targets(&known, &["Invoice no", "#", "%"]).unwrap_err();
        assert!(refused[0].contains("column \"%\" is no field"), "{refused:?}");
        assert!(refused[1].contains("there is no column \"€\""), "{refused:?}");
    }

    #[test]
    fn a_column_that_is_no_field_is_refused_with_the_nearest() {
        let refused = targets(&known(&[], &[]), &["invoice_number", "Totl", "/lines/0/amount"]).unwrap_err();
        assert!(refused[0].starts_with("f.csv:1: column \"invoice_number\" is no field of the form|"), "{refused:?}");
        assert!(refused[1].contains("did you mean /total?"), "{refused:?}");
        for column in ["/lines/x/amount", "/lines/*/amount", "/lines/00/amount", "/lines/+0/amount", "/lines"] {
            assert!(targets(&known(&[], &[]), &[column]).is_err(), "{column}");
            assert!(targets(&known(&[("a", column)], &[]), &["a"]).is_err(), "{column}");
        }
    }

    #[test]
    fn members_that_are_no_fields_are_told_with_what_they_may_be() {
        let told = |known: &Known, members: &[&str]| {
            known.foreign_members("f.json:1", &members.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
        };
        let known = known(&[("Betrag", "/total")], &["Comment"]);
        assert_eq!(told(&known, &["invoice_no", "betrag", "\u{feff}BETRAG", "COMMENT", "total", "lines"]), None);
        assert_eq!(
            told(&known, &["123-45-6789", "Invoice No.", "Betrag", "Lines"]).unwrap(),
            "f.json:1: 3 of 4 members are no fields of the form, which rejects the record: map it (`\"Invoice No.\" = \
             \"/invoice_no\"`) or ignore it in a file given with --mapping"
        );
        // A name that is like no field may be a value.
        let told = told(&known, &["123-45-6789", "totals"]).unwrap();
        assert!(
            told.starts_with("f.json:1: 2 of 2 members are no fields of") && told.contains("\"member\" = \"/field\"")
        );
        assert!(!told.contains("6789"), "{told}");
    }

    /// Whatever somebody keyed: no message shows it (promise 8).
    #[test]
    fn a_row_that_may_be_a_record_is_not_shown() {
        let row = ["Jane Roe", "123-45-6789", "Totale", "", "sum"];
        let refused = targets(&known(&[("Summe", "/total")], &[]), &row).unwrap_err();
        assert!(refused[0].starts_with("f.csv:1: no column of 5 is a field of the form: this may be"), "{refused:?}");
        assert_eq!(refused[1], "f.csv:1: column 3 is no field of the form|did you mean /total?");
        assert_eq!(refused.len(), 2);
        let shown = |cell: &&str| !cell.is_empty() && refused.iter().any(|text| text.contains(*cell));
        assert_eq!(row.iter().find(|cell| shown(cell)), None, "{refused:?}");
    }

    #[test]
    fn two_columns_for_one_field_and_a_mapping_that_misses_are_refused() {
        let refused = targets(&known(&[], &[]), &["total", "Total"]).unwrap_err();
        assert!(refused[0].contains("columns 1 and 2 are both the field /total"), "{refused:?}");
        let refused = targets(&known(&[("Summe", "/totl")], &[]), &["Sume", "Invoice no"]).unwrap_err();
        assert!(refused.iter().any(|text| text.contains("did you mean /total?")), "{refused:?}");
        assert!(refused.iter().any(|text| text.contains("did you mean \"Sume\"?")), "{refused:?}");
    }
}
