//! Texts that functions make while a rule is evaluated.

use std::cell::OnceCell;

/// A list that only grows: what was added stays where it is until the evaluation ends, so that values can borrow it.
#[derive(Debug, Default)]
pub(super) struct Texts(OnceCell<Box<(String, Texts)>>);

impl Texts {
    /// Keeps a text; returns it and the new end of the list. `self` is the end of the list.
    pub(super) fn keep(&self, text: String) -> (&str, &Self) {
        let (text, end) = &**self.0.get_or_init(|| Box::new((text, Self::default())));
        (text, end)
    }
}

impl Drop for Texts {
    /// One link after the other: a list as long as an evaluation has steps would overflow the stack otherwise.
    fn drop(&mut self) {
        let mut next = self.0.take();
        while let Some(mut link) = next {
            next = link.1.0.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_keeps_every_text_and_ends_well() {
        let texts = Texts::default();
        let mut end = &texts;
        let mut kept = Vec::new();
        for number in 0..200_000 {
            let (text, next) = end.keep(number.to_string());
            kept.push(text);
            end = next;
        }
        assert_eq!((kept[0], kept[199_999]), ("0", "199999"));
    }
}
