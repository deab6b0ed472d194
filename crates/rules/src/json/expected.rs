//! What a document should look like: names in the order that they mostly have.

/// What stands at one place.
pub(crate) trait Expected {
    /// Of an object: the member at this place in order, with its name in quotes as it stands in a document; of no name with
    /// escapes, which can stand there in several ways.
    fn member(&self, slot: usize) -> Option<(&[u8], &Self)>;

    /// Of a list: its items.
    fn item(&self) -> Option<&Self>;
}

/// Nothing is known.
pub(crate) struct Anything;

impl Expected for Anything {
    fn member(&self, _: usize) -> Option<(&[u8], &Self)> {
        None
    }

    fn item(&self) -> Option<&Self> {
        None
    }
}
