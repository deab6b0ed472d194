//! Takes the first sentence of every normalizer's and check's documentation into the library, so that `faircopy forms
//! explain` can say it: it is written once, where the code is.

use std::{env, fmt::Write as _, fs, io, path::Path};

fn main() -> io::Result<()> {
    let mut out = String::new();
    for (directory, name) in [("src/normalize", "NORMALIZERS"), ("src/check", "CHECKS")] {
        println!("cargo::rerun-if-changed={directory}");
        let sentences = sentences(Path::new(directory))?;
        // Writing to a String cannot fail.
        let _infallible = writeln!(out, "pub(super) const {name}: &[(&str, &str)] = &{sentences:?};");
    }
    let Some(directory) = env::var_os("OUT_DIR") else { return Err(io::Error::other("cargo sets OUT_DIR")) };
    fs::write(Path::new(&directory).join("sentences.rs"), out)
}

/// Name and sentence for each line of the registry in `mod.rs`, as in `"bic" => bic::bic;`; a comma and more may come before the semicolon.
fn sentences(directory: &Path) -> io::Result<Vec<(String, String)>> {
    let registry = fs::read_to_string(directory.join("mod.rs"))?;
    let mut sentences = Vec::new();
    for line in registry.lines().map(str::trim) {
        let entry =
            line.strip_prefix('"').and_then(|line| line.strip_suffix(';')).and_then(|line| line.split_once("\" => "));
        if let Some((name, (module, function))) =
            entry.and_then(|(name, path)| Some((name, path.split(',').next()?.trim().rsplit_once("::")?)))
        {
            let module = module.replace("::", "/");
            let file = [format!("{module}.rs"), format!("{module}/mod.rs")].map(|file| directory.join(file));
            let text = file.iter().find_map(|file| fs::read_to_string(file).ok()).unwrap_or_default();
            sentences.push((name.to_owned(), sentence(&text, function)));
        }
    }
    Ok(sentences)
}

/// The first sentence of the documentation before `fn function(`; empty when there is none.
fn sentence(text: &str, function: &str) -> String {
    let head = format!("fn {function}(");
    let mut doc: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.contains(&head) && !line.starts_with("//") {
            break;
        }
        match line.strip_prefix("///") {
            Some(words) => doc.push(words.trim()),
            None if line.starts_with("#[") => {}
            None => doc.clear(),
        }
    }
    let paragraph: Vec<&str> = doc.into_iter().take_while(|line| !line.is_empty()).collect();
    let paragraph = paragraph.join(" ").replace('`', "");
    // A full stop within brackets, or in an abbreviation, is followed by a small letter or a bracket.
    let ends = |(at, _): &(usize, &str)| {
        let rest = &paragraph[at + 1..];
        rest.is_empty() || rest.strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_uppercase))
    };
    let end = paragraph.match_indices('.').find(ends).map_or(paragraph.len(), |(at, _)| at);
    paragraph[..end].trim_end_matches([':', ',']).to_owned()
}
