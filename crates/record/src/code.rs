//! The registry of codes: `GROUP.DETAIL`, stable across releases. Dashboards, replay filters and people's notes name
//! them; a code is never renamed or removed (`released-codes.txt` lists all that were ever released).
//!
//! `schemas/reject-codes.json` is generated from this file: `FAIRCOPY_BLESS=1 cargo test -p record`.

use serde::{Serialize, Serializer};
use std::{fmt, str::FromStr};

/// How severe findings of a code may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Allowed {
    /// Always rejects the record.
    Hard,
    /// Never rejects the record by itself.
    Soft,
    /// As the rule, field or source says; hard unless said otherwise.
    Either,
    /// Concerns a batch of the trade, not a record.
    Batch,
}

/// Who can mend what the code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// The person who keyed the record.
    Keyer,
    /// The keyer's supervisor.
    Supervisor,
    /// The client or the system that sent the record.
    Client,
    /// Those who run Faircopy.
    Ops,
}

macro_rules! registry {
    ($($variant:ident => $text:literal, $allowed:ident, $owner:ident, $like:literal, $sentence:literal, $advice:literal;)*) => {
        /// A stable code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $sentence] $variant,)*
        }

        impl Code {
            /// Every code, in registry order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code as written everywhere: `GROUP.DETAIL`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// How severe its findings may be.
            #[must_use]
            pub const fn allowed(self) -> Allowed {
                match self { $(Self::$variant => Allowed::$allowed,)* }
            }

            /// Who can mend it.
            #[must_use]
            pub const fn owner(self) -> Owner {
                match self { $(Self::$variant => Owner::$owner,)* }
            }

            /// The nearest codes of published standards; empty when there is none.
            #[must_use]
            pub const fn like(self) -> &'static str {
                match self { $(Self::$variant => $like,)* }
            }

            /// What happened, as a lower-case sentence without values.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }

            /// What to do about it.
            #[must_use]
            pub const fn advice(self) -> &'static str {
                match self { $(Self::$variant => $advice,)* }
            }
        }
    };
}

registry! {
    EnvUndecodable => "ENV.UNDECODABLE", Hard, Client, "ISO 20022 FF01, X12 TA1 024",
        "the bytes are not one JSON object in UTF-8",
        "Look at params.reason and params.byte; repair the sending system and replay.";
    EnvMissingField => "ENV.MISSING_FIELD", Hard, Client, "",
        "a field of the envelope is missing",
        "Send the header or envelope field that params.field names.";
    EnvInvalid => "ENV.INVALID", Hard, Client, "",
        "a field of the envelope has a value that is not allowed",
        "Correct the header or envelope field that params.field names.";
    EnvUnknownForm => "ENV.UNKNOWN_FORM", Hard, Client, "HL7 0357 200",
        "no form of this name is loaded",
        "Check the form name; params.suggestion names the nearest one. Load the form, then replay.";
    EnvUnknownSchemaVersion => "ENV.UNKNOWN_SCHEMA_VERSION", Hard, Client, "HL7 0357 203",
        "the form is known, but not in this version",
        "Use a version that is loaded, or load this one, then replay.";
    EnvTooLarge => "ENV.TOO_LARGE", Hard, Client, "",
        "the record exceeds a size limit",
        "params.limit names the limit and params.max its value; split or shorten the record.";
    EnvTooDeep => "ENV.TOO_DEEP", Hard, Client, "",
        "the record is nested too deeply",
        "Flatten the record; params.max is the greatest depth.";
    EnvDuplicateJsonKey => "ENV.DUPLICATE_JSON_KEY", Hard, Client, "",
        "an object has the same member name twice",
        "Send each member once; which of the two was meant cannot be known.";
    EnvNotAuthorized => "ENV.NOT_AUTHORIZED", Hard, Ops, "X12 TA1 003",
        "the source, client or operator may not send this record",
        "Grant the right or correct the sender.";
    EnvJudgePanic => "ENV.JUDGE_PANIC", Hard, Ops, "",
        "judging this record failed inside the program; its neighbours are unaffected",
        "Report the record as a defect of the program; replay it after the fix.";
    StrRequired => "STR.REQUIRED", Hard, Keyer, "X12 IK403 1, HL7 0357 101",
        "a required field is missing or blank",
        "Key the field from the document.";
    StrConditionalRequired => "STR.CONDITIONAL_REQUIRED", Hard, Keyer, "X12 IK403 2",
        "a field is required because of another field's value",
        "Key the field, or correct the field that asks for it.";
    StrNotAllowed => "STR.NOT_ALLOWED", Hard, Keyer, "X12 IK403 2",
        "a field is present but must be absent here",
        "Remove the field, or correct the field that excludes it.";
    StrType => "STR.TYPE", Hard, Keyer, "HL7 0357 102",
        "the value has the wrong JSON type",
        "Send the type that params.expected names.";
    StrTooShort => "STR.TOO_SHORT", Hard, Keyer, "X12 IK403 4",
        "the value is too short",
        "Compare with the document; characters may be missing.";
    StrTooLong => "STR.TOO_LONG", Hard, Keyer, "X12 IK403 5",
        "the value is too long",
        "Compare with the document; the value may belong to another field.";
    StrCardinality => "STR.CARDINALITY", Hard, Keyer, "X12 IK304 4/5, HL7 0357 198",
        "the list has too many or too few items",
        "Key every item of the document, and only those.";
    StrUnknownField => "STR.UNKNOWN_FIELD", Either, Client, "Frictionless extra-cell",
        "the form has no field of this name",
        "params.suggestion names the nearest field; correct the name or the mapping.";
    ChrInvalid => "CHR.INVALID", Hard, Keyer, "X12 IK403 6",
        "the value has a character that is not allowed",
        "Key the value again without control or replacement characters.";
    ChrMojibake => "CHR.MOJIBAKE", Soft, Client, "",
        "the text looks as if it had been decoded in the wrong encoding",
        "Correct the encoding of the source.";
    FmtPattern => "FMT.PATTERN", Hard, Keyer, "",
        "the value does not have the form's shape",
        "Compare with the document.";
    FmtDate => "FMT.DATE", Hard, Keyer, "X12 IK403 8",
        "the value is not a date in a known layout",
        "Key the date as on the document.";
    FmtDateAmbiguous => "FMT.DATE_AMBIGUOUS", Hard, Keyer, "X12 IK403 8",
        "day and month cannot be told apart",
        "Set the date order in the source's profile, or key the date as year-month-day.";
    FmtDateImpossible => "FMT.DATE_IMPOSSIBLE", Hard, Keyer, "X12 IK403 8",
        "the date does not exist in the calendar",
        "Compare day, month and year with the document.";
    FmtNumber => "FMT.NUMBER", Hard, Keyer, "NACHA R19",
        "the value is not a number the form can hold exactly",
        "Key the number as on the document.";
    FmtMoneyAmbiguous => "FMT.MONEY_AMBIGUOUS", Hard, Keyer, "",
        "decimal and grouping separator cannot be told apart",
        "Set the decimal sign in the source's profile, or key the amount with its decimals.";
    FmtScale => "FMT.SCALE", Hard, Keyer, "ISO 20022 AM12",
        "the number has too many decimals",
        "Key no more decimals than the form or the currency allows.";
    FmtPhone => "FMT.PHONE", Either, Keyer, "",
        "the value is not a phone number",
        "Key the number with its area or country code.";
    FmtEmail => "FMT.EMAIL", Either, Keyer, "",
        "the value is not an e-mail address",
        "Compare with the document.";
    FmtPostal => "FMT.POSTAL", Either, Keyer, "",
        "the value is not a postal code of its country",
        "Compare with the document; a leading zero may be lost.";
    FmtName => "FMT.NAME", Either, Keyer, "",
        "the value has what names of people do not have",
        "Compare with the document; params.reason says what is odd. A neighbouring column may have slipped in.";
    FmtAddress => "FMT.ADDRESS", Either, Keyer, "",
        "the value is not the address of a place where somebody lives or works",
        "Key the street address; params.reason says what was keyed instead.";
    ValEnum => "VAL.ENUM", Hard, Keyer, "X12 IK403 7, HL7 0357 103",
        "the value is not one of those allowed",
        "params.suggestion names the nearest allowed value.";
    ValRange => "VAL.RANGE", Either, Keyer, "CSPro range check",
        "the value is outside its bounds",
        "Compare with the document.";
    ValCheckDigit => "VAL.CHECK_DIGIT", Either, Keyer, "NACHA R28",
        "the check digit does not match: a character is wrong or two are swapped",
        "Key the value again; params.scheme names the check.";
    ValCountryLength => "VAL.COUNTRY_LENGTH", Hard, Keyer, "ISO 20022 AC01",
        "the number does not have its country's length or structure",
        "Compare with the document; characters may be missing.";
    ValPlaceholder => "VAL.PLACEHOLDER", Either, Keyer, "",
        "the value is a stand-in, not data",
        "Key the real value, or leave an optional field out.";
    SumMismatch => "SUM.MISMATCH", Hard, Keyer, "ISO 20022 AM10",
        "a total does not equal the sum of its parts",
        "Compare total and parts with the document.";
    RelOrder => "REL.ORDER", Either, Keyer, "X12 277CA A8",
        "two values are in the wrong order, as an end before its start",
        "Compare both values with the document.";
    RelRule => "REL.RULE", Either, Keyer, "X12 277CA A8",
        "a rule of the form does not hold",
        "The rule's message says what must hold; compare the fields it names with the document.";
    RelDuplicateItem => "REL.DUPLICATE_ITEM", Either, Keyer, "",
        "an item stands twice in a list",
        "Remove the item keyed twice, or correct what tells the two apart.";
    RefNotFound => "REF.NOT_FOUND", Either, Client, "HL7 0357 204",
        "the reference table has no such entry",
        "Correct the value, or add the entry and replay.";
    RefInactive => "REF.INACTIVE", Either, Client, "",
        "the entry of the reference table is not active on the record's date",
        "Correct the value or the date, or extend the entry and replay.";
    RefMismatch => "REF.MISMATCH", Either, Client, "NACHA R03",
        "the value differs from the reference table's",
        "Find out which of the two is right before paying or posting.";
    RefOriginalNotFound => "REF.ORIGINAL_NOT_FOUND", Hard, Client, "",
        "the record to be replaced or voided is not known",
        "Send the original first, or correct the reference.";
    DupRecord => "DUP.RECORD", Hard, Supervisor, "NACHA R24, HL7 0357 205",
        "the same record was accepted before",
        "Nothing, if it was sent twice; origin and first name both.";
    DupConflict => "DUP.CONFLICT", Hard, Supervisor, "ISO 20022 AM05",
        "the key was accepted before with other content",
        "params.paths names what differs; decide which record is right.";
    DupContent => "DUP.CONTENT", Hard, Supervisor, "ISO 20022 AM05",
        "the same content was accepted before under another key",
        "Compare both records with their documents.";
    DupInBatch => "DUP.IN_BATCH", Hard, Supervisor, "ISO 20022 AM05",
        "the record stands twice in its batch",
        "Remove one of the two.";
    DupIdempotencyConflict => "DUP.IDEMPOTENCY_CONFLICT", Hard, Client, "IETF idempotency-key-header",
        "the idempotency key was used before with other content",
        "Use a new key for new content.";
    DupNear => "DUP.NEAR", Soft, Supervisor, "",
        "a very similar record was accepted before",
        "Compare both records with their documents.";
    OvrNotAllowed => "OVR.NOT_ALLOWED", Hard, Supervisor, "",
        "an override accepts what cannot be accepted, or what was not found",
        "params.reason says why; correct the record, or the override.";
    OvrSelfApproved => "OVR.SELF_APPROVED", Hard, Supervisor, "",
        "an override is not signed by somebody other than who keyed the record",
        "Have another person look at the document and sign; params.reason says what is missing.";
    BatCount => "BAT.COUNT", Batch, Supervisor, "ISO 20022 AM18",
        "the batch does not have the declared number of records",
        "Find the missing or surplus records.";
    BatControlTotal => "BAT.CONTROL_TOTAL", Batch, Supervisor, "ISO 20022 AM10",
        "a control total of the batch does not match",
        "Find the record whose amount differs.";
    BatHashTotal => "BAT.HASH_TOTAL", Batch, Supervisor, "NACHA entry hash",
        "a hash total of the batch does not match",
        "Find the record whose number differs.";
    BatSequenceGap => "BAT.SEQUENCE_GAP", Batch, Supervisor, "",
        "a sequence number of the batch is missing",
        "Find the missing record.";
    BatSequenceDuplicate => "BAT.SEQUENCE_DUPLICATE", Batch, Supervisor, "",
        "a sequence number stands twice in the batch",
        "Find the record numbered wrongly.";
    BatDuplicate => "BAT.DUPLICATE", Batch, Supervisor, "X12 TA1 025",
        "the batch was delivered before",
        "Nothing, if it was sent twice.";
    BatLate => "BAT.LATE", Batch, Supervisor, "",
        "the batch came after its cut-off",
        "Agree with the client how to handle it.";
    BatUnknown => "BAT.UNKNOWN", Batch, Supervisor, "",
        "the record names a batch that was not opened",
        "Send the batch header, or correct the batch id.";
    BatClosed => "BAT.CLOSED", Batch, Supervisor, "",
        "the record came after its batch was closed",
        "Send it in a new batch.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// No code of the registry has this name.
#[derive(Debug, thiserror::Error)]
#[error("no such code")]
pub struct UnknownCode;

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(text)).ok_or(UnknownCode)
    }
}

/// The registry as JSON, as published in `schemas/reject-codes.json`.
#[must_use]
pub fn registry_json() -> String {
    let codes: Vec<_> = Code::ALL
        .iter()
        .map(|code| {
            serde_json::json!({
                "code": code, "severity": code.allowed(), "owner": code.owner(), "like": code.like(),
                "message": code.sentence(), "advice": code.advice(),
            })
        })
        .collect();
    let mut text = format!("{:#}", serde_json::json!({ "version": 1, "codes": codes }));
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{env, fs, path::Path};

    /// Compares `text` with the file, or writes the file when `FAIRCOPY_BLESS` is set.
    #[track_caller]
    fn check_published(file: &str, text: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        if env::var_os("FAIRCOPY_BLESS").is_some() {
            fs::write(&path, text).unwrap();
        }
        let published = fs::read_to_string(&path).unwrap_or_default();
        assert!(published == text, "{file} differs from the registry; run FAIRCOPY_BLESS=1 cargo test -p record");
    }

    #[test]
    fn the_published_registry_is_the_one_in_the_code() {
        check_published("../../schemas/reject-codes.json", &registry_json());
    }

    /// `released-codes.txt` only ever grows, by hand: it is what users' filters may name.
    #[test]
    fn no_released_code_is_renamed_or_removed() {
        for line in include_str!("released-codes.txt").lines() {
            assert!(line.parse::<Code>().is_ok(), "the released code {line} is gone");
        }
        let released: Vec<_> = include_str!("released-codes.txt").lines().collect();
        for code in Code::ALL {
            assert!(released.contains(&code.as_str()), "add {code} to released-codes.txt: from then on it stays");
        }
    }
}
