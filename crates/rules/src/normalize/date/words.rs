//! Names of months and weekdays in English, German, Spanish and French: lower case, without accents and dots.

/// 1 to 12. No word of the table means different months in two languages (`jui` would, so it is not there).
pub(super) fn month(word: &str) -> Option<u32> {
    Some(match word {
        "jan" | "january" | "januar" | "janner" | "enero" | "ene" | "janvier" | "janv" => 1,
        "feb" | "february" | "februar" | "feber" | "febrero" | "fevrier" | "fevr" | "fev" => 2,
        "mar" | "march" | "marz" | "maerz" | "mrz" | "marzo" | "mars" => 3,
        "apr" | "april" | "abril" | "abr" | "avril" | "avr" => 4,
        "may" | "mai" | "mayo" => 5,
        "jun" | "june" | "juni" | "junio" | "juin" => 6,
        "jul" | "july" | "juli" | "julio" | "juillet" | "juil" => 7,
        "aug" | "august" | "agosto" | "ago" | "aout" | "aou" => 8,
        "sep" | "sept" | "september" | "septiembre" | "setiembre" | "set" | "septembre" => 9,
        "oct" | "october" | "oktober" | "okt" | "octubre" | "octobre" => 10,
        "nov" | "november" | "noviembre" | "novembre" => 11,
        "dec" | "december" | "dezember" | "dez" | "diciembre" | "dic" | "decembre" => 12,
        _ => return None,
    })
}

/// 0 for Monday to 6 for Sunday. `mar` is Tuesday in Spanish and French; where it stands says which it is.
pub(super) fn weekday(word: &str) -> Option<i32> {
    Some(match word {
        "mon" | "monday" | "mo" | "montag" | "lun" | "lunes" | "lundi" => 0,
        "tue" | "tues" | "tuesday" | "di" | "dienstag" | "mar" | "martes" | "mardi" => 1,
        "wed" | "wednesday" | "mi" | "mittwoch" | "mie" | "miercoles" | "mer" | "mercredi" => 2,
        "thu" | "thur" | "thurs" | "thursday" | "do" | "donnerstag" | "jue" | "jueves" | "jeu" | "jeudi" => 3,
        "fri" | "friday" | "fr" | "freitag" | "vie" | "viernes" | "ven" | "vendredi" => 4,
        "sat" | "saturday" | "sa" | "samstag" | "sonnabend" | "sab" | "sabado" | "sam" | "samedi" => 5,
        "sun" | "sunday" | "so" | "sonntag" | "dom" | "domingo" | "dim" | "dimanche" => 6,
        _ => return None,
    })
}

/// Words that stand in a date and say nothing.
pub(super) fn is_filler(word: &str) -> bool {
    matches!(word, "de" | "del" | "of" | "the" | "le" | "el" | "den" | "der")
}

/// What makes an ordinal of the number before it.
pub(super) fn is_ordinal(word: &str) -> bool {
    matches!(word, "st" | "nd" | "rd" | "th" | "er" | "o")
}
