//! A document on its way to becoming a record, with the mistakes made so far and what they must be called.

use super::{
    keyed::{Place, Slip},
    random::Random,
    source::Source,
};
use record::Code;

/// One error that the judge must find.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expected {
    /// Its code.
    pub code: Code,
    /// JSON Pointer of the value it is about; `None` when it depends on where reading broke off.
    pub path: Option<String>,
}

/// What happens to the bytes after keying. The judge then sees no record at all, so nothing else may be expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    /// The last bytes are lost.
    Cut,
    /// One letter becomes a byte that no UTF-8 text has.
    Byte,
    /// A brace too many follows.
    Trailing,
}

/// A document, its slips, and what they must be called.
#[derive(Debug)]
pub(crate) struct Draft<D> {
    pub(crate) document: D,
    pub(crate) slips: Vec<(Place, Slip)>,
    pub(crate) damage: Option<Damage>,
    pub(crate) expected: Vec<Expected>,
}

/// One kind of mistake.
#[derive(Debug)]
pub(crate) struct Mistake<D> {
    /// Groups of members it touches, as bits: two mistakes go into one record only when they share none, because then
    /// each is found as if it were alone.
    pub(crate) touches: u32,
    /// Makes it, and says whether it could.
    pub(crate) make: fn(&mut Draft<D>, &Source, &mut Random) -> bool,
}

/// Bits of a mistake that tolerates no other.
pub(crate) const EVERYTHING: u32 = u32::MAX;

impl<D> Draft<D> {
    /// A document without mistakes.
    pub(crate) const fn new(document: D) -> Self {
        Self { document, slips: Vec::new(), damage: None, expected: Vec::new() }
    }

    /// Something goes wrong with a member of the record itself.
    pub(crate) fn slip(&mut self, name: &'static str, slip: Slip) -> bool {
        self.slips.push((Place { item: None, name }, slip));
        true
    }

    /// Something goes wrong with a member of a list's item.
    pub(crate) fn slip_in(&mut self, item: usize, name: &'static str, slip: Slip) -> bool {
        self.slips.push((Place { item: Some(item), name }, slip));
        true
    }

    /// A text is keyed in place of a member of the record itself, and must be called this.
    pub(crate) fn wrong(&mut self, name: &'static str, code: Code, text: impl AsRef<str>) -> bool {
        self.expect(code, format!("/{name}"));
        self.slip(name, write(text))
    }

    /// A member of the record itself goes missing, and must be called this.
    pub(crate) fn lacks(&mut self, name: &'static str, code: Code, random: &mut Random) -> bool {
        self.expect(code, format!("/{name}"));
        self.slip(name, missing(random))
    }

    /// A member of the record itself is keyed twice.
    pub(crate) fn twice(&mut self, name: &'static str) -> bool {
        self.expect(Code::EnvDuplicateJsonKey, format!("/{name}"));
        self.slip(name, Slip::Twice)
    }

    /// The judge must find this.
    pub(crate) fn expect(&mut self, code: Code, path: impl Into<String>) {
        self.expected.push(Expected { code, path: Some(path.into()) });
    }

    /// The bytes are damaged, so that nothing of the record can be read.
    pub(crate) fn damage(&mut self, damage: Damage) -> bool {
        self.expected.push(Expected { code: Code::EnvUndecodable, path: None });
        self.damage = Some(damage);
        true
    }

    /// Makes `count` mistakes out of `kinds`, or fewer when they do not go together; at least one, since every table
    /// holds kinds that are always possible.
    pub(crate) fn err(&mut self, kinds: &[Mistake<D>], count: u64, source: &Source, random: &mut Random) {
        let mut touched = 0;
        let mut left = count;
        let start = random.position(kinds.len());
        // A stride that is coprime to the length of the table visits every kind once.
        let stride = 1 + random.position(kinds.len() - 1);
        let stride = if coprime(stride, kinds.len()) { stride } else { 1 };
        for step in 0..kinds.len() {
            let kind = &kinds[(start + step * stride) % kinds.len()];
            if left > 0 && touched & kind.touches == 0 && (kind.make)(self, source, random) {
                touched |= kind.touches;
                left -= 1;
            }
        }
    }
}

fn coprime(mut a: usize, mut b: usize) -> bool {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a == 1
}

/// The ways in which a member goes missing.
pub(crate) fn missing(random: &mut Random) -> Slip {
    match random.below(5) {
        0 => Slip::Write(b"null".to_vec()),
        1 => Slip::Write(b"\"\"".to_vec()),
        2 => Slip::Write("\"  \u{a0}\"".as_bytes().to_vec()),
        _ => Slip::Omit,
    }
}

/// The last bytes are lost on their way.
pub(crate) fn cut<D>(draft: &mut Draft<D>, _: &Source, _: &mut Random) -> bool {
    draft.damage(Damage::Cut)
}

/// A byte is damaged on its way.
pub(crate) fn broken_byte<D>(draft: &mut Draft<D>, _: &Source, _: &mut Random) -> bool {
    draft.damage(Damage::Byte)
}

/// A brace too many is sent.
pub(crate) fn trailing<D>(draft: &mut Draft<D>, _: &Source, _: &mut Random) -> bool {
    draft.damage(Damage::Trailing)
}

/// A text keyed in place of the right one.
pub(crate) fn write(text: impl AsRef<str>) -> Slip {
    let mut out = Vec::new();
    super::pen::quote(&mut out, text.as_ref());
    Slip::Write(out)
}

/// Damages finished bytes.
pub(crate) fn damage(bytes: &mut Vec<u8>, damage: Damage, random: &mut Random) {
    match damage {
        Damage::Cut => {
            let lost = 1 + random.position(bytes.len() / 2);
            bytes.truncate(bytes.len() - lost);
        }
        Damage::Byte => {
            let letters: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at].is_ascii_alphabetic()).collect();
            if let Some(&at) = letters.get(random.position(letters.len())) {
                bytes[at] = 0xFF;
            }
        }
        Damage::Trailing => bytes.push(b'}'),
    }
}
