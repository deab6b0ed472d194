//! Look-ups that accepted earlier records answer where the table does not have the value.

use super::loader::Loader;
use crate::{
    json::pointer,
    shape::{Kind, Shape},
    table::Reading,
};

/// Most such look-ups of a form: each may cost a claim for every accepted record.
const LOOK_UPS_MAX: usize = 8;

/// A look-up of a single text that accepted earlier records of the same form and client answer, too.
#[derive(Debug)]
pub struct OrEarlier {
    /// Pointer of the field that is looked up.
    pub path: String,
    /// Pointer of the field in which an earlier record has the value. It is normalized in the same way.
    pub answer: String,
    at: usize,
}

/// What the fields say, in form order.
pub(super) fn of(shape: &Shape) -> Vec<OrEarlier> {
    let mut found = Vec::new();
    shape.texts(&mut String::new(), &mut |path, text| {
        let look = text.annotation.table.as_ref();
        found.extend(
            look.and_then(|look| {
                Some(OrEarlier { path: path.to_owned(), answer: look.or_earlier.clone()?, at: look.at })
            }),
        );
    });
    found
}

/// Refuses those that nothing could answer. `home`: of the key.
pub(super) fn check(loader: &mut Loader<'_>, look_ups: &[OrEarlier], shape: &Shape, home: Option<&[usize]>) {
    for OrEarlier { path, answer, at } in look_ups {
        let Some(asking) = single(shape, path) else {
            let hint = "leave \"or_earlier\" out: it is for single values of a record";
            loader.error(*at, "a value in a list is not answered by earlier records", Some(hint.to_owned()));
            continue;
        };
        // A table is asked by the value alone, so every record of the client must be asked, too.
        if home.is_none_or(|home| !home.is_empty()) {
            let hint = "\"home\": [] at the root: one worker decides all records of a client";
            let what = "a look-up that earlier records answer needs the client alone as \"home\" of the key";
            loader.error(*at, what, Some(hint.to_owned()));
        }
        match single(shape, answer) {
            _ if shape.find(answer).is_none() => {
                loader.error(*at, format!("the form has no field at \"{answer}\""), None);
            }
            Some(found) if !matches!(found.kind, Kind::Text { .. }) => not_single(loader, *at),
            None => not_single(loader, *at),
            Some(_) if path == answer => {
                loader.error(*at, "a field that is looked up does not answer for itself", None);
            }
            Some(found) if !Reading::of(&found.annotation).agrees(&Reading::of(&asking.annotation)) => {
                let hint = "give both fields the same normalizers";
                let what = format!("the field at \"{answer}\" is normalized in another way than this one");
                loader.error(*at, what, Some(hint.to_owned()));
            }
            Some(_) => {}
        }
    }
    if let Some(beyond) = look_ups.get(LOOK_UPS_MAX) {
        let what = format!("a form has at most {LOOK_UPS_MAX} look-ups that earlier records answer");
        loader.error(beyond.at, what, None);
    }
}

fn not_single(loader: &mut Loader<'_>, at: usize) {
    loader.error(at, "\"or_earlier\" names a single text of the record", None);
}

/// The field at a pointer that leads through no list.
fn single<'s>(shape: &'s Shape, pointer: &str) -> Option<&'s Shape> {
    pointer::segments(pointer)?.try_fold(shape, |shape, segment| Some(&shape.field(&segment)?.shape))
}
