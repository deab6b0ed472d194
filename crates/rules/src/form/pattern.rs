//! Patterns mean the same to every validator, or they are refused: the clean topic is to be checked by any of them.

use super::loader::Loader;
use crate::json::Node;
use crate::schema::Pattern;

/// Checks the value of `pattern`.
pub(super) fn check(loader: &mut Loader<'_>, node: &Node<'_>) {
    let Some(pattern) = loader.want_text(node, "a pattern") else { return };
    let keyword = loader.topic("pattern");
    if let Some((what, hint)) = differs(pattern) {
        loader.error(node.start, what, Some(hint.to_owned()));
    } else if Pattern::compile(pattern).is_none() {
        let hint = "look for an open bracket, a repetition without a subject, or one that is too large";
        loader.error(node.start, "the pattern is not a regular expression", Some(hint.to_owned()));
    }
    loader.topic(keyword);
}

/// What ECMA-262 (the dialect of JSON Schema) and other engines understand differently, or only by backtracking.
fn differs(pattern: &str) -> Option<(&'static str, &'static str)> {
    let mut chars = pattern.char_indices();
    let mut class = false;
    while let Some((at, char)) = chars.next() {
        let rest = &pattern[at..];
        match char {
            '\\' => {
                if let Some(found) = escape(chars.next().map(|(_, char)| char), class) {
                    return Some(found);
                }
            }
            '[' if class => return Some(("a bracket within a class means different things", "write \\[")),
            '[' => class = true,
            ']' => class = false,
            '&' | '~' if class && rest[1..].starts_with(char) => {
                return Some(("a doubled sign within a class means different things", "write it once"));
            }
            '-' if class && rest.starts_with("--") => {
                return Some(("a doubled sign within a class means different things", "write \\-"));
            }
            '(' if !class && rest.starts_with("(?") && !rest.starts_with("(?:") => {
                return Some((
                    "look-around, flags and named groups need backtracking or differ between engines",
                    "use (?:…) groups, or a check under \"x-faircopy\"",
                ));
            }
            '.' if !class => {
                return Some(("engines disagree on which line breaks \".\" matches", "write a class, as in [^\\n\\r]"));
            }
            _ => {}
        }
    }
    None
}

fn escape(escaped: Option<char>, class: bool) -> Option<(&'static str, &'static str)> {
    match escaped {
        Some('d' | 'D') => Some(("engines disagree on which digits \\d matches", "write [0-9] or [^0-9]")),
        Some('w' | 'W' | 'b' | 'B') => {
            Some(("engines disagree on which letters \\w and \\b know", "write a class, as in [A-Za-z0-9_]"))
        }
        Some('s' | 'S') => Some(("engines disagree on which blanks \\s matches", "write a class, as in [ \\t]")),
        Some('1'..='9' | 'k') => Some(("references to groups need backtracking", "write the group out")),
        Some(
            'n' | 'r' | 't' | '^' | '$' | '\\' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '/',
        ) => None,
        Some('-') if class => None,
        _ => Some(("not every engine knows this escape", "write the character itself, or a class")),
    }
}

#[cfg(test)]
mod tests {
    use super::differs;

    #[test]
    fn what_engines_understand_differently_is_refused() {
        for pattern in [
            r"^\d+$",
            r"\w",
            r"a\b",
            r"\s",
            r"^(a)\1$",
            r"(?=a)",
            r"(?i)a",
            r"(?<n>a)",
            r"[[:alpha:]]",
            r"[a&&b]",
            r"a.b",
            r"\p{L}",
            r"\-",
            r"\",
        ] {
            assert!(differs(pattern).is_some(), "{pattern}");
        }
        for pattern in [r"^[0-9]{1,3}(?:\.[0-9]{2})?$", r"^[A-Z\-/.]+$", r"^-?(0|[1-9][0-9]*)$", r"^[^\n\r]+$"] {
            assert!(differs(pattern).is_none(), "{pattern}");
        }
    }
}
