//! What a document should look like: names in the order that they mostly have.

/// What stands at one place.
pub(crate) trait Expected {
    /// Of an object: the member at this place in order.
    fn member(&self, slot: usize) -> Option<ExpectedMember<'_, Self>>;

    /// Of a list: its items.
    fn item(&self) -> Option<&Self>;
}

/// A member as it should be.
pub(crate) struct ExpectedMember<'e, E: ?Sized> {
    /// Its name.
    pub(crate) name: &'e str,
    /// The name in quotes as it stands in a document; what begins no name, for one with escapes, which can stand there in several ways.
    pub(crate) quoted: &'e [u8],
    /// What stands behind it.
    pub(crate) value: &'e E,
}

/// Nothing is known.
pub(crate) struct Anything;

impl Expected for Anything {
    fn member(&self, _: usize) -> Option<ExpectedMember<'_, Self>> {
        None
    }

    fn item(&self) -> Option<&Self> {
        None
    }
}
