//! The modules of each crate stand on floors: what one names stands below it, and no circle of names leads back. A stranger can
//! then read a crate from the ground up, and change what is above without looking below.

use crate::house::{root, rust_files};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

type Names = BTreeMap<String, BTreeSet<String>>;

/// The words of a text: what may be a name.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// What is named behind each `crate::`, in braces or not: `a::B` and `c` of `crate::{a::B, c}`.
fn named_of_crate(text: &str) -> Vec<&str> {
    let mut named = Vec::new();
    for rest in text.split("crate::").skip(1) {
        let Some(list) = rest.strip_prefix('{') else {
            named.extend(words(rest).next());
            continue;
        };
        let (mut depth, mut begin) = (0, 0);
        for (at, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    named.extend(words(&list[begin..at]).next());
                    begin = at + 1;
                    if c == '}' {
                        break;
                    }
                }
                _ => {}
            }
        }
    }
    named
}

/// Where the names come from that a crate's root says again: `Form` of `pub use form::{Form, FormError};`.
fn said_again(root: &str) -> BTreeMap<&str, &str> {
    let uses = root
        .split("pub use ")
        .skip(1)
        .chain(root.split("pub(crate) use ").skip(1))
        .filter_map(|rest| rest.split_once(';'));
    let pairs = uses.filter_map(|(said, _)| said.split_once("::"));
    pairs.flat_map(|(module, names)| words(names).map(move |name| (name, module))).collect()
}

/// The modules right below a crate's root, each with those it names outside its tests.
fn modules(src: &Path) -> Names {
    let lib = fs::read_to_string(src.join("lib.rs")).unwrap();
    let said_again = said_again(&lib);
    let mut files = Vec::new();
    rust_files(src, &mut files);
    let mut modules = Names::new();
    for file in files {
        let inside = file.strip_prefix(src).unwrap();
        let module = inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
        let is_test = inside.iter().any(|part| part == "tests" || part == "tests.rs");
        if is_test || matches!(&*module, "lib" | "main") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let code: String = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .map(|line| [line, "\n"].concat())
            .collect();
        let named = named_of_crate(&code).into_iter().map(|name| said_again.get(name).copied().unwrap_or(name));
        modules.entry(module).or_default().extend(named.map(str::to_owned));
    }
    let known: BTreeSet<String> = modules.keys().cloned().collect();
    for (module, named) in &mut modules {
        named.retain(|name| known.contains(name) && name != module);
    }
    modules
}

/// What is left when, floor by floor, everything is taken away that names nothing but what was.
fn circles(mut modules: Names) -> Names {
    loop {
        let floor: BTreeSet<_> =
            modules.iter().filter(|(_, named)| named.is_empty()).map(|(name, _)| name.clone()).collect();
        if floor.is_empty() {
            return modules;
        }
        modules.retain(|name, _| !floor.contains(name));
        modules.values_mut().for_each(|named| named.retain(|name| !floor.contains(name)));
    }
}

#[test]
fn no_module_names_one_that_stands_above_it() {
    let mut arrows = 0;
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let dir = entry.unwrap().path();
        let modules = modules(&dir.join("src"));
        arrows += modules.values().map(BTreeSet::len).sum::<usize>();
        let circles = circles(modules);
        assert!(circles.is_empty(), "{}: these name each other, or stand above such: {circles:?}", dir.display());
    }
    assert!(arrows > 200, "only {arrows} names of modules were found");
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    let text = "use crate::{a::{B, C}, d, e::F};\nfn g(h: crate::i::J) {}\nuse crate::k;";
    assert_eq!(named_of_crate(text), ["a", "d", "e", "i", "k"]);
    assert_eq!(said_again("pub use form::{Form, Error as FormError};")["Form"], "form");
    let names = |pairs: &[(&str, &[&str])]| {
        pairs
            .iter()
            .map(|(name, named)| ((*name).to_owned(), named.iter().map(|name| (*name).to_owned()).collect()))
            .collect()
    };
    assert!(circles(names(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])])).is_empty());
    let found = circles(names(&[("a", &["b"]), ("b", &["c"]), ("c", &["b", "d"]), ("d", &[])]));
    assert_eq!(found.keys().collect::<Vec<_>>(), ["a", "b", "c"]);
}
