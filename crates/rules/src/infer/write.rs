//! Guesses -> a form: JSON text that loads and lints clean.

use super::{Guess, Habits, Sample, What, name::snake_case};
use crate::{json::pointer, lint::class_word};
use record::Class;
use serde_json::{Map, Value, json};

/// A first form, and how it came about.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The form's text.
    pub form: String,
    /// What was guessed about each column, in their order.
    pub guesses: Vec<Guess>,
    /// How the source writes.
    pub habits: Habits,
    /// Columns at the root whose field has another name: as written, and the field's pointer.
    pub renamed: Vec<(String, String)>,
    /// Pointers of the business key.
    pub key: Vec<String>,
    /// What speaks for the key.
    pub key_evidence: String,
    /// Columns that are left out, because nothing below them can be named.
    pub left_out: Vec<String>,
}

pub(super) fn draft(sample: &Sample, mut guesses: Vec<Guess>, name: &str, source: &str) -> Draft {
    let mut left_out = Vec::new();
    name_apart(&mut guesses);
    guesses.retain(|guess| {
        let kept = writable(&guess.from);
        if !kept {
            left_out.push(guess.from.clone());
        }
        kept
    });
    let (key, key_evidence) = key(sample, &mut guesses);
    let mut root = Object::default();
    for guess in &guesses {
        let steps: Vec<String> = field_pointer(guess).split('/').skip(1).map(str::to_owned).collect();
        root.add(&steps, guess, source);
    }
    let title = source.split('.').next().unwrap_or(source);
    let mut form = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("https://faircopy.example/schemas/{name}/1"),
        "title": title,
        "description": format!("Drawn up from {source}; say here what a record is."),
    });
    root.write(&mut form, sample, "");
    form["x-faircopy"] = json!({ "key": key });
    let renamed = |guess: &Guess| {
        (!is_nested(&guess.from) && guess.written != guess.name)
            .then(|| (guess.written.clone(), format!("/{}", guess.name)))
    };
    Draft {
        form: format!("{form:#}\n"),
        renamed: guesses.iter().filter_map(renamed).collect(),
        habits: sample.habits(),
        guesses,
        key,
        key_evidence,
        left_out,
    }
}

/// Names within objects stay as they are, since a mapping renames the members of the record only; a field has one.
fn writable(pointer: &str) -> bool {
    let nameless = is_nested(pointer) && pointer.split('/').skip(1).any(str::is_empty);
    !pointer.is_empty() && !pointer.ends_with("/*/*") && !pointer.starts_with("/*") && !nameless
}

fn is_nested(pointer: &str) -> bool {
    pointer.matches('/').count() > 1
}

/// Gives each field at the root a name of its own.
fn name_apart(guesses: &mut [Guess]) {
    for index in 0..guesses.len() {
        let nested = is_nested(&guesses[index].from);
        let written = guesses[index].written.clone();
        let wanted = match snake_case(&written) {
            _ if nested => written,
            name if name.is_empty() => format!("column_{}", index + 1),
            name => name,
        };
        let taken = |name: &str| guesses[..index].iter().any(|earlier| !nested && earlier.name == name);
        let mut name = wanted.clone();
        let mut number = 2;
        while taken(&name) {
            name = format!("{wanted}_{number}");
            number += 1;
        }
        guesses[index].name = name;
    }
}

/// Where the field stands in the clean record, `*` for items.
fn field_pointer(guess: &Guess) -> String {
    if is_nested(&guess.from) { guess.from.clone() } else { format!("/{}", guess.name) }
}

/// The columns that tell records apart: one alone, two together, or all that are always filled.
fn key(sample: &Sample, guesses: &mut [Guess]) -> (Vec<String>, String) {
    let top = key_columns(sample, guesses);
    let pointers = |chosen: &[usize], guesses: &[Guess]| chosen.iter().map(|&at| field_pointer(&guesses[at])).collect();
    // A sample has records that were keyed twice: a number that hardly repeats is the number of something.
    let tells_apart = |&&at: &&usize| {
        let Guess { repeated, .. } = guesses[at];
        repeated == 0 || (is_number(&guesses[at]) && repeated * 20 <= sample.rows)
    };
    let best = top.iter().copied().filter(|at| tells_apart(&at)).min_by_key(|&at| rank(&guesses[at], at));
    // One row without the number, as that of the totals is, makes an amount no better key.
    let nearly = |&at: &usize| {
        let Guess { missing, repeated, .. } = guesses[at];
        let alone = !is_nested(&guesses[at].from) && is_number(&guesses[at]);
        alone && missing > 0 && (missing + repeated) * 20 <= sample.rows
    };
    if best.is_none_or(|at| !is_number(&guesses[at]))
        && let Some(at) = (0..guesses.len()).find(nearly)
    {
        guesses[at].required = true;
        let Guess { missing, .. } = guesses[at];
        let evidence = format!("{missing} of {} records lack it and will be rejected", sample.rows);
        return (pointers(&[at], guesses), evidence);
    }
    if let Some(at) = best {
        let evidence = match guesses[at].repeated {
            0 => format!("no two of {} records share it", sample.rows),
            repeated => format!("{repeated} of {} records share it with an earlier one", sample.rows),
        };
        return (pointers(&[at], guesses), evidence);
    }
    for (place, &first) in top.iter().enumerate() {
        for &second in &top[place + 1..] {
            if together(sample, &guesses[first], &guesses[second]) {
                return (pointers(&[first, second], guesses), format!("no two of {} records share both", sample.rows));
            }
        }
    }
    if !top.is_empty() {
        let evidence = "no column tells all records apart: two records are the same when all of these agree";
        return (pointers(&top, guesses), evidence.to_owned());
    }
    // Every record needs a key, so that the fullest column is asked of every record.
    let fullest = (0..guesses.len())
        .filter(|&at| !is_nested(&guesses[at].from) && guesses[at].what != What::Empty)
        .min_by_key(|&at| (guesses[at].missing, at));
    match fullest {
        Some(at) => {
            guesses[at].required = true;
            let evidence = format!(
                "no column is always filled; {} records lack this one and will be rejected",
                guesses[at].missing
            );
            (pointers(&[at], guesses), evidence)
        }
        None => (Vec::new(), "the sample has no column".to_owned()),
    }
}

/// Columns that every record fills and that may be of the key: those of the record itself, then numbers in its objects; where the record
/// has nothing but objects, as in `{"header": {…}, "lines": […]}`, all of theirs.
fn key_columns(sample: &Sample, guesses: &[Guess]) -> Vec<usize> {
    let is_filled = |guess: &Guess| {
        let mut above = guess.from.match_indices('/').map(|(end, _)| &guess.from[..end]).skip(1);
        guess.required && !guess.from.contains("/*") && above.all(|above| sample.is_always(above))
    };
    let filled = || (0..guesses.len()).filter(|&at| is_filled(&guesses[at]));
    let (mut columns, nested): (Vec<_>, Vec<_>) = filled().partition(|&at| !is_nested(&guesses[at].from));
    let alone = columns.is_empty();
    columns.extend(nested.into_iter().filter(|&at| alone || is_number(&guesses[at])));
    columns
}

/// How far a column is from being the key: what is measured or dated tells two records apart by chance.
fn rank(guess: &Guess, at: usize) -> (bool, bool, bool, u64, usize) {
    let by_chance = matches!(guess.what, What::Date { .. } | What::Integer { .. } | What::Decimal { .. });
    (is_nested(&guess.from), !is_number(guess), by_chance, guess.repeated, at)
}

fn is_number(guess: &Guess) -> bool {
    let words = ["id", "no", "number", "nr", "key", "ref"];
    snake_case(&guess.written).split('_').any(|word| words.contains(&word))
}

/// Whether no two rows share the values of both columns.
fn together(sample: &Sample, first: &Guess, second: &Guess) -> bool {
    let rows = |guess: &Guess| {
        let place = sample.places.get(&guess.from)?;
        sample.columns.get(*place).map(|column| &column.rows)
    };
    let (Some(first), Some(second)) = (rows(first), rows(second)) else { return false };
    let mut pairs: Vec<(u64, u64)> = first.iter().copied().zip(second.iter().copied()).collect();
    pairs.sort_unstable();
    pairs.windows(2).all(|pair| pair[0] != pair[1])
}

/// An object of the form that is being drawn up.
#[derive(Default)]
struct Object {
    members: Vec<(String, Member)>,
}

enum Member {
    Field {
        schema: Value,
        required: bool,
    },
    Object(Object),
    /// Of single values, or of objects.
    List(Box<Member>),
}

impl Object {
    fn add(&mut self, steps: &[String], guess: &Guess, source: &str) {
        let Some((name, rest)) = steps.split_first() else { return };
        let name = name.replace("~1", "/").replace("~0", "~");
        let place = self.members.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
            self.members.push((name, Member::new(rest, guess, source)));
            self.members.len() - 1
        });
        if let Some((_, member)) = self.members.get_mut(place) {
            member.add(rest, guess, source);
        }
    }

    /// Writes `type`, `required` and `properties` into a schema.
    fn write(&self, schema: &mut Value, sample: &Sample, path: &str) {
        let required = |(name, member): &(String, Member)| {
            let is_required = match member {
                Member::Field { required, .. } => *required,
                Member::Object(_) => sample.is_always(&pointer::below(path, name)),
                Member::List(_) => false,
            };
            is_required.then(|| json!(name))
        };
        let required: Vec<Value> = self.members.iter().filter_map(required).collect();
        schema["type"] = json!("object");
        schema["additionalProperties"] = json!(false);
        if !required.is_empty() {
            schema["required"] = Value::Array(required);
        }
        let member = |(name, member): &(String, Member)| {
            (name.clone(), member.schema(sample, &pointer::below(path, name), name))
        };
        schema["properties"] = Value::Object(self.members.iter().map(member).collect::<Map<_, _>>());
    }
}

impl Member {
    fn new(rest: &[String], guess: &Guess, source: &str) -> Self {
        match rest.first().map(String::as_str) {
            None => Self::Field { schema: field(guess, source), required: guess.required },
            Some("*") => Self::List(Box::new(Self::new(&rest[1..], guess, source))),
            Some(_) => Self::Object(Object::default()),
        }
    }

    fn add(&mut self, rest: &[String], guess: &Guess, source: &str) {
        match (self, rest.split_first()) {
            (Self::List(item), Some((_, rest))) => item.add(rest, guess, source),
            (Self::Object(object), Some(_)) => object.add(rest, guess, source),
            _ => {}
        }
    }

    fn schema(&self, sample: &Sample, path: &str, name: &str) -> Value {
        match self {
            Self::Field { schema, .. } => schema.clone(),
            Self::Object(object) => {
                let mut schema = json!({ "title": name, "description": format!("{name}; say here what it is.") });
                object.write(&mut schema, sample, path);
                schema
            }
            Self::List(item) => {
                let most = sample.lists.get(path).map_or(1, |list| list.most).max(1);
                json!({
                    "title": name, "description": format!("{name}; say here what the items are."), "type": "array",
                    "maxItems": most.saturating_mul(2).max(20), "items": item.schema(sample, &format!("{path}/*"), name),
                })
            }
        }
    }
}

/// The schema of one field.
fn field(guess: &Guess, source: &str) -> Value {
    let mut schema = json!({
        "title": if guess.written.is_empty() { &guess.name } else { &guess.written },
        "description": format!("As in {source}: {}.", guess.words),
    });
    let mut annotation = Map::new();
    match &guess.what {
        What::Checked { normalize, check, max } => {
            schema["type"] = json!("string");
            schema["maxLength"] = json!(max);
            annotation.insert("normalize".to_owned(), json!(normalize));
            annotation.insert("check".to_owned(), json!(check));
        }
        What::Date { two_digit_years } => {
            schema["type"] = json!("string");
            schema["format"] = json!("date");
            annotation.insert("normalize".to_owned(), json!(["date"]));
            if *two_digit_years {
                annotation.insert("two_digit_year".to_owned(), json!("nearest"));
            }
        }
        What::Condition => {
            schema["type"] = json!("boolean");
            annotation.insert("normalize".to_owned(), json!(["boolean"]));
        }
        What::Integer { natural } => {
            schema["type"] = json!("integer");
            if *natural {
                schema["minimum"] = json!(0);
            }
            annotation.insert("normalize".to_owned(), json!(["integer"]));
        }
        What::Decimal { normalize, scale, digits, natural } => {
            schema["type"] = json!("string");
            schema["pattern"] = json!(pattern(*scale));
            annotation.insert("normalize".to_owned(), json!([normalize]));
            annotation.insert("decimal".to_owned(), bounds(*scale, *digits, *natural));
        }
        What::Choice(choices) => {
            schema["type"] = json!("string");
            schema["enum"] = json!(choices);
            annotation.insert("normalize".to_owned(), json!(["trim"]));
        }
        What::Code { max, digits } => {
            text(&mut schema, &mut annotation, *max, "id");
            if *digits {
                schema["pattern"] = json!("^[0-9]+$");
            }
        }
        What::Text { max } => text(&mut schema, &mut annotation, *max, "squeeze"),
        What::Nothing => text(&mut schema, &mut annotation, 100, "squeeze"),
        What::Empty => {
            schema["type"] = json!("object");
            schema["additionalProperties"] = json!(false);
            schema["properties"] = json!({});
            return schema;
        }
    }
    if guess.class != Class::None {
        annotation.insert("class".to_owned(), json!(class_word(guess.class)));
    }
    schema["x-faircopy"] = Value::Object(annotation);
    schema
}

fn text(schema: &mut Value, annotation: &mut Map<String, Value>, max: u32, normalizer: &str) {
    schema["type"] = json!("string");
    schema["maxLength"] = json!(max);
    annotation.insert("normalize".to_owned(), json!([normalizer]));
}

/// What canonical decimals of a scale look like, for readers without Faircopy.
fn pattern((least, most): (u32, u32)) -> String {
    let whole = "^-?(?:0|[1-9][0-9]*)";
    let more = |count: u32| if count == 1 { "[1-9]".to_owned() } else { format!("[0-9]{{0,{}}}[1-9]", count - 1) };
    match (least, most) {
        (0, 0) => format!("{whole}$"),
        (least, most) if least == most => format!("{whole}\\.[0-9]{{{least}}}$"),
        (0, most) => format!("{whole}(?:\\.{})?$", more(most)),
        (least, most) => format!("{whole}\\.[0-9]{{{least}}}(?:{})?$", more(most - least)),
    }
}

/// Two digits more than were seen: enough for tomorrow's records, and still a net for slipped decimal points.
fn bounds((least, most): (u32, u32), digits: usize, natural: bool) -> Value {
    let decimals = most as usize;
    let whole = (digits + 2).min(28 - decimals.min(27));
    let nines = "9".repeat(whole);
    let max = if decimals == 0 { nines } else { format!("{nines}.{}", "9".repeat(decimals)) };
    let min = if natural { "0".to_owned() } else { format!("-{max}") };
    json!({ "scale": [least, most], "min": min, "max": max })
}
