//! Compiling a schema to tests.

use super::condition::{Condition, Constant, Expected, Said};
use super::pattern::Matcher;
use super::test::{Plan, RecordTest, Slots, Test, TextTest};
use crate::shape::{Fields, Kind, Shape};
use serde_json::{Map, Value};

/// Keywords that ask nothing of a record.
const SILENT: &[&str] = &["$schema", "$id", "$defs", "$ref", "$comment", "title", "description", "x-faircopy"];

/// Compiles the schema of a form whose records have this shape.
///
/// # Errors
/// The first keyword that no test expresses, with where it stands.
pub(crate) fn compile(schema: &Value, shape: &Shape) -> Result<Plan, String> {
    let compiler = Compiler { root: schema };
    match compiler.value(schema, shape)? {
        Test::Record(record) => Ok(Plan(record)),
        _ => Err("the root is no object".to_owned()),
    }
}

struct Compiler<'s> {
    root: &'s Value,
}

/// The keywords of a schema and of what it refers to, which all apply.
struct Keywords<'s> {
    list: Vec<(&'s str, &'s Value)>,
    /// Whether several of these schemas ask something besides the type.
    is_mixed: bool,
}

impl<'s> Keywords<'s> {
    /// Takes a keyword out.
    fn take(&mut self, name: &str) -> Option<&'s Value> {
        let at = self.list.iter().position(|(keyword, _)| *keyword == name)?;
        Some(self.list.swap_remove(at).1)
    }

    fn take_number<N: TryFrom<i64>>(&mut self, name: &str, otherwise: N) -> Result<N, String> {
        let Some(value) = self.take(name) else { return Ok(otherwise) };
        let number = value.as_i64().and_then(|number| N::try_from(number).ok());
        number.ok_or_else(|| format!("{name} of {value}"))
    }

    /// Whatever was not taken is not expressed.
    fn end<T>(self, test: T) -> Result<T, String> {
        match self.list.first() {
            None => Ok(test),
            Some((keyword, _)) => Err((*keyword).to_owned()),
        }
    }
}

impl<'s> Compiler<'s> {
    fn keywords(&self, schema: &'s Value) -> Result<Keywords<'s>, String> {
        let mut found: Vec<(&str, &Value)> = Vec::new();
        let mut here = Some(schema);
        let mut asking = 0;
        while let Some(schema) = here {
            let before = found.len();
            let members = schema.as_object().ok_or_else(|| format!("a schema that is {schema}"))?;
            for (keyword, value) in members.iter().filter(|(keyword, _)| !SILENT.contains(&keyword.as_str())) {
                match found.iter().find(|(known, _)| known == keyword) {
                    Some((_, same)) if *same == value => {}
                    Some(_) => return Err(format!("{keyword} beside a $ref to another")),
                    None => found.push((keyword, value)),
                }
            }
            asking += usize::from(found.iter().skip(before).any(|(keyword, _)| *keyword != "type"));
            let target = members.get("$ref").and_then(Value::as_str);
            here = target.and_then(|target| self.root.pointer(target.strip_prefix('#')?));
        }
        Ok(Keywords { list: found, is_mixed: asking > 1 })
    }

    // Recursion is as deep as the form, which refers to nothing that contains it.
    fn value(&self, schema: &'s Value, shape: &Shape) -> Result<Test, String> {
        let mut keywords = self.keywords(schema)?;
        let named = keywords.take("type").and_then(Value::as_str);
        match (named, &shape.kind) {
            (Some("string"), Kind::Text { .. }) => text(keywords),
            (Some("boolean"), Kind::Bool) => keywords.end(Test::Bool),
            (Some("integer"), Kind::Integer) => {
                let min = keywords.take_number("minimum", i64::MIN)?;
                let max = keywords.take_number("maximum", i64::MAX)?;
                keywords.end(Test::Whole { min, max })
            }
            (Some("array"), Kind::List(item)) => {
                let each = Box::new(self.value(keywords.take("items").ok_or("an array without items")?, item)?);
                let items = (keywords.take_number("minItems", 0)?, keywords.take_number("maxItems", usize::MAX)?);
                keywords.end(Test::List { items, each })
            }
            (Some("object"), Kind::Record(fields)) => self.record(keywords, fields).map(Test::Record),
            _ => Err("type".to_owned()),
        }
    }

    fn record(&self, mut keywords: Keywords<'s>, fields: &Fields) -> Result<RecordTest, String> {
        if keywords.take("additionalProperties") != Some(&Value::Bool(false)) {
            return Err("additionalProperties".to_owned());
        }
        if fields.iter().count() > Slots::MAX as usize {
            return Err(format!("more than {} properties", Slots::MAX));
        }
        let properties =
            keywords.take("properties").and_then(Value::as_object).ok_or("an object without properties")?;
        let test = |field: &crate::shape::Field| {
            let schema = properties.get(&field.name).ok_or("properties")?;
            self.value(schema, &field.shape)
        };
        let tests = fields.iter().map(test).collect::<Result<Vec<_>, String>>()?;
        let required = match keywords.take("required") {
            Some(names) => slots(names, fields)?,
            None => Vec::new(),
        };
        let required = required.into_iter().fold(Slots::default(), Slots::with);
        let rest: Map<String, Value> =
            keywords.list.into_iter().map(|(keyword, value)| (keyword.to_owned(), value.clone())).collect();
        Ok(RecordTest { fields: tests, required, conditions: conditions(&rest, fields)? })
    }
}

fn text(mut keywords: Keywords<'_>) -> Result<Test, String> {
    let length = (keywords.take_number("minLength", 0)?, keywords.take_number("maxLength", usize::MAX)?);
    let mut listed = Vec::new();
    let mut keyword = "enum";
    if let Some(options) = keywords.take("enum") {
        let options = options.as_array().ok_or("enum")?.iter().map(|option| option.as_str().map(str::to_owned));
        listed = options.collect::<Option<_>>().ok_or("enum of other than texts")?;
        if listed.is_empty() {
            return Err("enum of nothing".to_owned());
        }
    } else if let Some(only) = keywords.take("const") {
        listed.push(only.as_str().ok_or("const of other than a text")?.to_owned());
        keyword = "const";
    }
    let mut choices: Vec<String> = listed.clone();
    choices.sort_unstable();
    let date = match keywords.take("format") {
        None => false,
        Some(format) if format == "date" => true,
        Some(format) => return Err(format!("format of {format}")),
    };
    let pattern = keywords
        .take("pattern")
        .and_then(Value::as_str)
        .map(|pattern| Ok((pattern.to_owned(), Matcher::compile(pattern).ok_or("pattern")?)));
    let pattern = pattern.transpose().map_err(str::to_owned)?;
    let is_mixed = keywords.is_mixed;
    keywords.end(Test::Text(TextTest { length, choices, listed, keyword, date, pattern, is_mixed }))
}

/// What a schema asserts of the members of an object beyond what each must be.
fn conditions(schema: &Map<String, Value>, fields: &Fields) -> Result<Vec<Condition>, String> {
    let mut found = Vec::new();
    let part = |schema: &Value| condition(schema, fields);
    let parts = |schemas: &Value| schemas.as_array().into_iter().flatten().map(part).collect::<Result<Vec<_>, _>>();
    for (keyword, value) in schema {
        found.push(match keyword.as_str() {
            keyword if SILENT.contains(&keyword) && keyword != "$ref" => continue,
            "allOf" => all(parts(value)?),
            "anyOf" => Condition::Any(parts(value)?),
            "oneOf" => Condition::One(parts(value)?),
            "not" => {
                let required = value.get("required").map_or_else(|| Ok(Vec::new()), |names| slots(names, fields))?;
                Condition::Not(Box::new(part(value)?), required)
            }
            "if" => {
                let branch = |name| schema.get(name).map_or_else(|| Ok(all(Vec::new())), part);
                Condition::If(Box::new([part(value)?, branch("then")?, branch("else")?]))
            }
            "then" | "else" if schema.contains_key("if") => continue,
            "required" => Condition::There(slots(value, fields)?),
            "properties" => {
                let members = value.as_object().ok_or("properties")?.iter();
                let of_one =
                    |(name, schema): (&String, &Value)| Ok(Condition::Value(slot(name, fields)?, expected(schema)?));
                all(members.map(of_one).collect::<Result<_, String>>()?)
            }
            "dependentRequired" => {
                let members = value.as_object().ok_or("dependentRequired")?.iter();
                let asks = |(name, asked): (&String, &Value)| Ok((slot(name, fields)?, slots(asked, fields)?));
                Condition::Asks(members.map(asks).collect::<Result<_, String>>()?)
            }
            other => return Err(format!("{other} under a condition")),
        });
    }
    Ok(found)
}

fn condition(schema: &Value, fields: &Fields) -> Result<Condition, String> {
    let members = schema.as_object().ok_or_else(|| format!("a condition that is {schema}"))?;
    conditions(members, fields).map(all)
}

/// What a condition says of one value.
fn expected(schema: &Value) -> Result<Expected, String> {
    if schema == &Value::Bool(false) {
        return Ok(Expected { constants: Vec::new(), among: true, said: Said::Never });
    }
    let members = schema.as_object().ok_or_else(|| format!("a condition that is {schema}"))?;
    let mut keywords = members.iter().filter(|(keyword, _)| *keyword != "$comment");
    match (keywords.next().map(|(keyword, value)| (keyword.as_str(), value)), keywords.next()) {
        (Some(("const", only)), None) => {
            Ok(Expected { constants: vec![constant(only)?], among: true, said: Said::Const })
        }
        (Some(("enum", options)), None) => {
            let constants = options.as_array().into_iter().flatten().map(constant).collect::<Result<_, _>>()?;
            Ok(Expected { constants, among: true, said: Said::Enum })
        }
        (Some(("not", schema)), None) => {
            let Expected { constants, among, .. } = expected(schema)?;
            Ok(Expected { constants, among: !among, said: Said::Not })
        }
        (Some((keyword, _)), _) => Err(format!("{keyword} of a value under a condition")),
        (None, _) => Ok(Expected { constants: Vec::new(), among: false, said: Said::Not }),
    }
}

fn constant(value: &Value) -> Result<Constant, String> {
    match value {
        Value::String(text) => Ok(Constant::Text(text.clone())),
        Value::Bool(bool) => Ok(Constant::Bool(*bool)),
        Value::Number(number) => number.as_i64().map(Constant::Whole).ok_or_else(|| format!("const of {number}")),
        _ => Err("const of other than a single value".to_owned()),
    }
}

fn slot(name: &str, fields: &Fields) -> Result<u32, String> {
    let slot = fields.slot(name, usize::MAX).and_then(|slot| u32::try_from(slot).ok());
    slot.ok_or_else(|| format!("{name}, which is no field"))
}

fn slots(names: &Value, fields: &Fields) -> Result<Vec<u32>, String> {
    names.as_array().into_iter().flatten().filter_map(Value::as_str).map(|name| slot(name, fields)).collect()
}

/// All of these; what is the only one stands for itself.
fn all(mut conditions: Vec<Condition>) -> Condition {
    match conditions.pop() {
        Some(only) if conditions.is_empty() => only,
        last => Condition::All(conditions.into_iter().chain(last).collect()),
    }
}
