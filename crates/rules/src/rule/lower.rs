//! [`Ast`] to [`Expr`]: every name is looked up in the form, every operator finds its operands' types.

use super::{
    Names, RuleError, TableType, Type, VARIABLES_MAX,
    ast::{Ast, Kind as Written, Operator, Relation},
    function::{self, Written as Style},
    name::did_you_mean,
    number::Number,
    once,
    presence::{Need, Presence},
    program::{Arithmetic, Each, Expr, Fold, Kind, Lookup, Path, Quantifier, Root},
    ty::Ty,
};
use crate::calendar::parse_date;

/// Checks `ast` against the types of the record, of the item of an `each` rule and of tables. Also says into which
/// tables the program looks, and what must be there lest it come to unknown.
pub(super) fn lower(ast: &Ast, names: Names<'_>) -> Result<(Expr, Vec<usize>, Vec<Need>), RuleError> {
    let mut lowering = Lowering::new(names)?;
    let program = lowering.typed(ast, &Ty::Bool)?;
    Ok((program, lowering.used, lowering.presence.needs))
}

/// The same for an expression of a decimal, date or text, with what must be there lest it come to unknown.
pub(super) fn value(ast: &Ast, names: Names<'_>) -> Result<(Expr, Vec<Need>), RuleError> {
    if let Some(at) = ast.find_call("lookup") {
        return Err(RuleError::new(at, "a key must not depend on a table: tables change"));
    }
    let mut lowering = Lowering::new(names)?;
    let (expr, ty) = lowering.lower(ast)?;
    if !matches!(ty, Ty::Decimal | Ty::Date | Ty::Text(_)) {
        return Err(mismatch(ast.at, "a decimal, a date or a text", &ty));
    }
    if !lowering.presence.asked {
        return Err(RuleError::new(ast.at, "this is the same for every record").hint("name a field"));
    }
    Ok((expr, lowering.presence.needs))
}

/// What is no function of the registry: it looks at fields or lists, wants a constant, or is an operator written as a
/// function.
const FUNCTIONS: [&str; 9] = ["abs", "date", "days", "has", "lookup", "max", "min", "size", "sum"];
const METHODS: [&str; 6] = ["all", "exists", "exists_one", "filter", "map", "size"];
const KEYED_ON: &str = "keyed_on";

struct Lowering<'t> {
    record: &'t [(String, Type)],
    /// Name and type; the place in the list is the variable's number.
    variables: Vec<(String, Ty<'t>)>,
    tables: &'t [TableType],
    /// Tables that are looked into.
    used: Vec<usize>,
    presence: Presence,
}

type Lowered<'t> = Result<(Expr, Ty<'t>), RuleError>;

fn boxed(a: Expr, b: Expr) -> Box<[Expr; 2]> {
    Box::new([a, b])
}

fn mismatch(at: usize, wanted: &str, found: &Ty<'_>) -> RuleError {
    RuleError::new(at, format!("{wanted} is wanted here, but this is {}", found.name()))
}

impl<'t> Lowering<'t> {
    fn new(Names { record, item, tables }: Names<'t>) -> Result<Self, RuleError> {
        let fields: &[_] = if let Type::Record(fields) = record { fields } else { &[] };
        let mut lowering =
            Self { record: fields, variables: Vec::new(), tables, used: Vec::new(), presence: Presence::default() };
        if let Some((name, ty)) = item {
            lowering.declare(0, name, Ty::of(ty))?;
            lowering.presence.enter(None);
        }
        Ok(lowering)
    }

    fn typed(&mut self, ast: &Ast, wanted: &Ty<'t>) -> Result<Expr, RuleError> {
        match self.lower(ast)? {
            (expr, ty) if ty.same(wanted) => Ok(expr),
            (_, found) => Err(mismatch(ast.at, wanted.name(), &found)),
        }
    }

    fn lower(&mut self, ast: &Ast) -> Lowered<'t> {
        let (expr, ty) = self.plain(ast)?;
        Ok((once::mark(expr, self.variables.len()), ty))
    }

    fn plain(&mut self, ast: &Ast) -> Lowered<'t> {
        Ok(match &ast.kind {
            Written::Decimal(number) => (Expr::Decimal((*number).into()), Ty::Decimal),
            Written::Text(text) => (Expr::Text(text.clone()), Ty::Text(&[])),
            Written::Bool(value) => (Expr::Bool(*value), Ty::Bool),
            Written::List(items) => self.list(ast.at, items)?,
            Written::Name(name) if name == KEYED_ON && self.find(name).is_none() => {
                self.presence.time(ast.at);
                (Expr::KeyedOn, Ty::Date)
            }
            Written::Name(_) | Written::Member(..) => {
                let (path, ty) = self.path(ast)?;
                self.presence.load(ast.at, &path);
                (Expr::Load(path, ty.kind()), ty)
            }
            Written::Call { target: None, name, arguments } => self.function(ast.at, name, arguments)?,
            Written::Call { target: Some(target), name, arguments } => self.method(ast.at, target, name, arguments)?,
            Written::Not(inner) => (Expr::Not(Box::new(self.typed(inner, &Ty::Bool)?)), Ty::Bool),
            Written::Negate(inner) => {
                let zero = Expr::Decimal(Number::ZERO);
                (Expr::Arithmetic(Arithmetic::Subtract, boxed(zero, self.typed(inner, &Ty::Decimal)?)), Ty::Decimal)
            }
            Written::Binary(operator, sides) => self.binary(ast.at, *operator, sides)?,
            Written::If(parts) => self.conditional(parts)?,
        })
    }

    fn conditional(&mut self, [condition, then, otherwise]: &[Ast; 3]) -> Lowered<'t> {
        let condition = self.typed(condition, &Ty::Bool)?;
        let known = self.presence.learn(&condition, true);
        let (then, ty) = self.lower(then)?;
        self.presence.forget(known);
        self.presence.learn(&condition, false);
        let other = self.typed(otherwise, &ty)?;
        self.presence.forget(known);
        let ty = if matches!(ty, Ty::Text(_)) { Ty::Text(&[]) } else { ty };
        if matches!(ty, Ty::Record(_)) {
            return Err(mismatch(otherwise.at, "a value or a list", &ty));
        }
        Ok((Expr::choice(condition, then, other), ty))
    }

    fn list(&mut self, at: usize, items: &[Ast]) -> Lowered<'t> {
        let Some((first, rest)) = items.split_first() else {
            return Err(RuleError::new(at, "an empty list has no type").hint("leave the comparison with it out"));
        };
        let (expr, ty) = self.lower(first)?;
        if matches!(ty, Ty::List(_) | Ty::Record(_) | Ty::Days) {
            return Err(mismatch(first.at, "a decimal, date, text or condition", &ty));
        }
        let mut exprs = vec![expr];
        for item in rest {
            exprs.push(self.typed(item, &ty)?);
        }
        Ok((Expr::List(exprs), Ty::List(Box::new(ty))))
    }

    fn find(&self, name: &str) -> Option<(Path, Ty<'t>)> {
        if let Some(number) = self.variables.iter().position(|(variable, _)| variable == name) {
            return Some((Path::new(Root::Variable(number)), self.variables[number].1.clone()));
        }
        let (place, (_, ty)) = self.record.iter().enumerate().find(|(_, (field, _))| field == name)?;
        Some((Path::new(Root::Record).below(name, place), Ty::of(ty)))
    }

    fn path(&mut self, ast: &Ast) -> Result<(Path, Ty<'t>), RuleError> {
        match &ast.kind {
            Written::Name(name) => self.find(name).ok_or_else(|| self.unknown(ast.at, name)),
            Written::Member(of, name) => {
                let (path, ty) = self.path(of)?;
                let Ty::Record(fields) = ty else { return Err(no_members(ast.at, &ty)) };
                let found = fields.iter().enumerate().find(|(_, (field, _))| field == name);
                let (place, (_, ty)) = found.ok_or_else(|| RuleError {
                    hint: did_you_mean(name, fields.iter().map(|(field, _)| field.as_str())),
                    ..RuleError::new(ast.at, format!("there is no field `{name}` here"))
                })?;
                Ok((path.below(name, place), Ty::of(ty)))
            }
            _ => match self.lower(ast)? {
                (object, ty @ Ty::Record(_)) => Ok((Path::new(Root::Computed(Box::new(object))), ty)),
                _ => Err(RuleError::new(ast.at, "a field is wanted here, but this is computed")),
            },
        }
    }

    fn unknown(&self, at: usize, name: &str) -> RuleError {
        let fields = self.record.iter().map(|(field, _)| field.as_str());
        let known = fields.chain(self.variables.iter().map(|(variable, _)| variable.as_str())).chain([KEYED_ON]);
        let error = RuleError::new(at, format!("there is no field or variable `{name}`"));
        RuleError { hint: did_you_mean(name, known), ..error }
    }

    /// Brings a variable into scope. Hiding another name would be legal in CEL, but is a mistake in a form.
    fn declare(&mut self, at: usize, name: &str, ty: Ty<'t>) -> Result<(), RuleError> {
        if name == KEYED_ON || self.find(name).is_some() {
            let error = RuleError::new(at, format!("the name `{name}` is taken"));
            return Err(error.hint("choose another name for the item"));
        }
        if self.variables.len() == VARIABLES_MAX {
            return Err(RuleError::new(at, format!("more than {VARIABLES_MAX} variables at once")));
        }
        self.variables.push((name.to_owned(), ty));
        Ok(())
    }

    fn binary(&mut self, at: usize, operator: Operator, [left, right]: &[Ast; 2]) -> Lowered<'t> {
        Ok(match operator {
            Operator::Or => {
                let (left, right) = self.sides(left, right, false)?;
                (Expr::either(left, right), Ty::Bool)
            }
            Operator::And => {
                let (left, right) = self.sides(left, right, true)?;
                (Expr::both(left, right), Ty::Bool)
            }
            Operator::In => (self.membership(left, right)?, Ty::Bool),
            Operator::Compare(relation) => (self.comparison(at, relation, left, right)?, Ty::Bool),
            Operator::Add => self.arithmetic(at, Arithmetic::Add, left, right)?,
            Operator::Subtract => self.arithmetic(at, Arithmetic::Subtract, left, right)?,
            Operator::Multiply => self.arithmetic(at, Arithmetic::Multiply, left, right)?,
            Operator::Divide => self.arithmetic(at, Arithmetic::Divide, left, right)?,
        })
    }

    /// Both sides of `&&` and `||`; the right one matters only when the left one comes to `when`.
    fn sides(&mut self, left: &Ast, right: &Ast, when: bool) -> Result<(Expr, Expr), RuleError> {
        let left = self.typed(left, &Ty::Bool)?;
        let known = self.presence.learn(&left, when);
        let right = self.typed(right, &Ty::Bool)?;
        self.presence.forget(known);
        Ok((left, right))
    }

    fn arithmetic(&mut self, at: usize, operator: Arithmetic, left: &Ast, right: &Ast) -> Lowered<'t> {
        let ((a, left_ty), (b, right_ty)) = (self.lower(left)?, self.lower(right)?);
        Ok(match (operator, &left_ty, &right_ty) {
            (_, Ty::Decimal, Ty::Decimal) => (Expr::arithmetic(operator, a, b), Ty::Decimal),
            (Arithmetic::Add, Ty::Date, Ty::Days) => (Expr::DaysAfter(boxed(a, b)), Ty::Date),
            (Arithmetic::Subtract, Ty::Date, Ty::Days) => (Expr::DaysBefore(boxed(a, b)), Ty::Date),
            (Arithmetic::Subtract, Ty::Date, Ty::Date) => (Expr::DaysBetween(boxed(a, b)), Ty::Decimal),
            (_, a, b) => {
                let error = RuleError::new(at, format!("this does not work on {} and {}", a.name(), b.name()));
                return Err(if matches!((a, b), (Ty::Date, Ty::Decimal)) {
                    error.hint("write days(n) for a number of days")
                } else {
                    error
                });
            }
        })
    }

    fn comparison(&mut self, at: usize, relation: Relation, left: &Ast, right: &Ast) -> Result<Expr, RuleError> {
        let ((a, left_ty), (b, right_ty)) = (self.lower(left)?, self.lower(right)?);
        let ordered = !matches!(relation, Relation::Equal | Relation::NotEqual);
        match (&left_ty, &right_ty) {
            (Ty::Decimal, Ty::Decimal) | (Ty::Date, Ty::Date) => {}
            (Ty::Text(_), Ty::Text(_)) | (Ty::Bool, Ty::Bool) if !ordered => {}
            (a, b) => {
                let error = RuleError::new(at, format!("{} cannot be compared with {} here", a.name(), b.name()));
                return Err(match (a, b) {
                    (Ty::Date, Ty::Text(_)) | (Ty::Text(_), Ty::Date) => error.hint("write date('2026-01-31')"),
                    (Ty::Decimal, Ty::Text(_)) | (Ty::Text(_), Ty::Decimal) => {
                        error.hint("write numbers without quotes")
                    }
                    (Ty::Text(_), Ty::Text(_)) => error.hint("texts have no order: use == or !="),
                    _ => error,
                });
            }
        }
        allowed(left, &right_ty)?;
        allowed(right, &left_ty)?;
        Ok(Expr::Compare(relation, left_ty.kind(), boxed(a, b)))
    }

    fn membership(&mut self, left: &Ast, right: &Ast) -> Result<Expr, RuleError> {
        let ((value, ty), (list, list_ty)) = (self.lower(left)?, self.lower(right)?);
        match &list_ty {
            Ty::List(item) if item.same(&ty) && !matches!(ty, Ty::Record(_) | Ty::List(_)) => {}
            Ty::List(item) => return Err(mismatch(left.at, item.name(), &ty)),
            other => return Err(mismatch(right.at, "a list", other)),
        }
        if let Written::List(items) = &right.kind {
            items.iter().try_for_each(|item| allowed(item, &ty))?;
        }
        Ok(Expr::member(value, list))
    }

    fn function(&mut self, at: usize, name: &str, arguments: &[Ast]) -> Lowered<'t> {
        Ok(match (name, arguments) {
            ("has", [field]) => (self.has(field)?, Ty::Bool),
            ("size", [of]) => (self.size(of)?, Ty::Decimal),
            ("sum", [list]) => {
                let list = self.typed(list, &Ty::List(Box::new(Ty::Decimal)))?;
                (Expr::Fold(Fold::Sum, Box::new(list)), Ty::Decimal)
            }
            ("min", [_, ..]) => self.extreme(at, Fold::Least, arguments)?,
            ("max", [_, ..]) => self.extreme(at, Fold::Greatest, arguments)?,
            ("date", [text]) => (constant_date(text)?, Ty::Date),
            ("abs", [number]) => (Expr::Absolute(Box::new(self.typed(number, &Ty::Decimal)?)), Ty::Decimal),
            ("days", [number]) => (self.typed(number, &Ty::Decimal)?, Ty::Days),
            ("lookup", [table, key, as_of]) => self.lookup(table, key, as_of)?,
            _ => return self.call(at, Style::Before, name, &arguments.iter().collect::<Vec<_>>()),
        })
    }

    /// A function over single values.
    fn call(&mut self, at: usize, style: Style, name: &str, arguments: &[&Ast]) -> Lowered<'t> {
        let found = function::find(name, style).filter(|function| function.takes.len() == arguments.len());
        let Some(function) = found else {
            return Err(if style == Style::Before { no_function(at, name) } else { no_method(at, name) });
        };
        let arguments = arguments.iter().zip(function.takes);
        let lowered =
            arguments.map(|(argument, sort)| self.typed(argument, &Ty::sort(*sort))).collect::<Result<_, _>>();
        Ok((Expr::Call(function, lowered?), Ty::sort(function.gives)))
    }

    fn has(&mut self, field: &Ast) -> Result<Expr, RuleError> {
        if let Written::Call { target: None, name, arguments } = &field.kind
            && let ("lookup", [table, key, as_of]) = (name.as_str(), arguments.as_slice())
            && let (Expr::Lookup(lookup), _) = self.lookup(table, key, as_of)?
        {
            return Ok(Expr::InForce(lookup));
        }
        let (path, _) = self.path(field)?;
        if path.steps.is_empty() {
            return Err(RuleError::new(field.at, "an item is always there").hint("ask for one of its fields"));
        }
        Ok(Expr::Has(path))
    }

    /// The table is a constant: which tables a form needs must be known before any record is.
    fn lookup(&mut self, table: &Ast, key: &Ast, as_of: &Ast) -> Lowered<'t> {
        let Written::Text(name) = &table.kind else {
            return Err(RuleError::new(table.at, "the name of a table is wanted here, in quotes"));
        };
        let tables = self.tables;
        let Some(place) = tables.iter().position(|table| table.name == *name) else {
            let error = RuleError::new(table.at, format!("the form declares no table '{name}'"));
            let near = did_you_mean(name, tables.iter().map(|table| table.name.as_str()));
            return Err(error.hint(near.unwrap_or_else(|| "declare it under \"tables\" at the form's root".to_owned())));
        };
        if !self.used.contains(&place) {
            self.used.push(place);
        }
        let key = match self.lower(key)? {
            (expr, Ty::Text(_) | Ty::Date) => expr,
            (_, ty) => return Err(mismatch(key.at, "a text or a date", &ty)),
        };
        let as_of = self.typed(as_of, &Ty::Date)?;
        Ok((Expr::Lookup(Box::new(Lookup { table: place, key, as_of })), Ty::Record(&tables[place].columns)))
    }

    fn size(&mut self, of: &Ast) -> Result<Expr, RuleError> {
        match self.lower(of)? {
            (text, Ty::Text(_)) => Ok(Expr::TextSize(Box::new(text))),
            (list, Ty::List(_)) => Ok(Expr::Fold(Fold::Size, Box::new(list))),
            (_, ty) => Err(mismatch(of.at, "a text or a list", &ty)),
        }
    }

    /// `min` and `max` of one list, or of two and more values.
    fn extreme(&mut self, at: usize, fold: fn(Kind) -> Fold, arguments: &[Ast]) -> Lowered<'t> {
        let (list, ty) = match arguments {
            [list] => self.lower(list)?,
            values => self.list(at, values)?,
        };
        match ty {
            Ty::List(item) if matches!(*item, Ty::Decimal | Ty::Date) => {
                Ok((Expr::Fold(fold(item.kind()), Box::new(list)), *item))
            }
            ty => Err(mismatch(arguments[0].at, "a list of decimals or dates", &ty)),
        }
    }

    fn method(&mut self, at: usize, target: &Ast, name: &str, arguments: &[Ast]) -> Lowered<'t> {
        match (name, arguments) {
            ("size", []) => Ok((self.size(target)?, Ty::Decimal)),
            ("all" | "exists" | "exists_one" | "filter" | "map", [variable, body]) => {
                self.each(target, name, variable, body)
            }
            _ => {
                let all: Vec<&Ast> = std::iter::once(target).chain(arguments).collect();
                self.call(at, Style::After, name, &all)
            }
        }
    }

    fn each(&mut self, target: &Ast, name: &str, variable: &Ast, body: &Ast) -> Lowered<'t> {
        let (list, item) = match self.lower(target)? {
            (list, Ty::List(item)) => (list, *item),
            (_, ty) => return Err(mismatch(target.at, "a list", &ty)),
        };
        let Written::Name(given) = &variable.kind else {
            return Err(RuleError::new(variable.at, "a name for the item is wanted here"));
        };
        self.declare(variable.at, given, item.clone())?;
        self.presence.enter(Some(&list));
        let lowered = self.lower(body);
        self.variables.pop();
        self.presence.leave();
        let (lowered, ty) = lowered?;
        let each = Box::new(Each { list, variable: self.variables.len(), body: lowered });
        if name == "map" {
            return match ty {
                Ty::List(_) | Ty::Days => Err(mismatch(body.at, "one value for each item", &ty)),
                ty => Ok((Expr::Map(each), Ty::List(Box::new(ty)))),
            };
        }
        if ty != Ty::Bool {
            return Err(mismatch(body.at, Ty::Bool.name(), &ty));
        }
        Ok(match name {
            "all" if each.none_twice() => (Expr::Quantify(Quantifier::AllDiffer, each), Ty::Bool),
            "all" => (Expr::Quantify(Quantifier::All, each), Ty::Bool),
            "exists" => (Expr::Quantify(Quantifier::Exists, each), Ty::Bool),
            "exists_one" => (Expr::Quantify(Quantifier::ExistsOne, each), Ty::Bool),
            _ => (Expr::Filter(each), Ty::List(Box::new(item))),
        })
    }
}

/// A literal compared with an enumerated field must be one of its values, else the comparison never holds.
fn allowed(literal: &Ast, ty: &Ty<'_>) -> Result<(), RuleError> {
    let (Written::Text(text), Ty::Text(values)) = (&literal.kind, ty) else { return Ok(()) };
    if values.is_empty() || values.contains(text) {
        return Ok(());
    }
    let hint = did_you_mean(text, values.iter().map(String::as_str));
    let error = RuleError::new(literal.at, "the field never has this value");
    Err(error.hint(hint.unwrap_or_else(|| format!("its values are {}", values.join(", ")))))
}

fn constant_date(text: &Ast) -> Result<Expr, RuleError> {
    let date = if let Written::Text(date) = &text.kind { parse_date(date) } else { None };
    date.map(Expr::Date).ok_or_else(|| RuleError::new(text.at, "this is not a date").hint("write date('2026-01-31')"))
}

fn no_members(at: usize, ty: &Ty<'_>) -> RuleError {
    let error = RuleError::new(at, format!("{} has no fields", ty.name()));
    match ty {
        Ty::List(_) => error.hint("use all, exists, filter or map to look at each item"),
        _ => error,
    }
}

fn functions() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.into_iter().chain(function::names(Style::Before))
}

fn methods() -> impl Iterator<Item = &'static str> {
    METHODS.into_iter().chain(function::names(Style::After))
}

fn wrong_arguments(at: usize, name: &str) -> RuleError {
    RuleError::new(at, format!("`{name}` does not take these arguments"))
        .hint("docs/record-rules.md lists what each function takes")
}

fn no_function(at: usize, name: &str) -> RuleError {
    if functions().any(|known| known == name) {
        return wrong_arguments(at, name);
    }
    let error = RuleError::new(at, format!("there is no function `{name}`"));
    if methods().any(|known| known == name) {
        return error.hint(format!("it is written after the value: x.{name}(…)"));
    }
    RuleError { hint: did_you_mean(name, functions()), ..error }
}

fn no_method(at: usize, name: &str) -> RuleError {
    if methods().any(|known| known == name) {
        return wrong_arguments(at, name);
    }
    let error = RuleError::new(at, format!("there is no function `.{name}()`"));
    match name {
        "sum" => error.hint("write sum(list.map(item, item.amount))"),
        "matches" | "contains" | "endsWith" => error.hint("put a `pattern` into the schema of the field"),
        _ if functions().any(|known| known == name) => error.hint(format!("it is written before the value: {name}(…)")),
        _ => RuleError { hint: did_you_mean(name, methods()), ..error },
    }
}
