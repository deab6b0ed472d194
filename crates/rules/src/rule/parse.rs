//! Text to [`Ast`]: precedence climbing over the grammar of CEL, less what the subset leaves out.

use super::{
    DEPTH_MAX, RuleError, TEXT_BYTES_MAX,
    ast::{Ast, Kind, Operator, Relation},
    token::{self, Token},
};
use rust_decimal::Decimal;

/// Parses a whole rule.
pub(super) fn parse(text: &str) -> Result<Ast, RuleError> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(RuleError::new(TEXT_BYTES_MAX, format!("the rule is longer than {TEXT_BYTES_MAX} bytes"))
            .hint("split it into several rules"));
    }
    let (at, token, end) = token::next(text, 0)?;
    let mut parser = Parser { text, at, token, end, nesting: 0 };
    let ast = parser.expression()?;
    if parser.token == Token::End { Ok(ast) } else { Err(parser.unexpected("an operator")) }
}

struct Parser<'t> {
    text: &'t str,
    /// Where `token` begins.
    at: usize,
    /// The token to be read next.
    token: Token<'t>,
    /// Where `token` ends.
    end: usize,
    /// How many calls of [`Parser::expression`] are open: parentheses leave no trace in the tree, but cost stack.
    nesting: usize,
}

/// Words that CEL reserves, and `null`, which has no place here: a missing value is asked for with `has()`.
const RESERVED: [&str; 18] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "null",
    "return",
    "var",
    "void",
    "while",
];

fn binary_operator(token: &Token<'_>) -> Option<(Operator, u8)> {
    let (Token::Symbol(symbol) | Token::Name(symbol)) = *token else { return None };
    Some(match symbol {
        "||" => (Operator::Or, 1),
        "&&" => (Operator::And, 2),
        "==" => (Operator::Compare(Relation::Equal), 3),
        "!=" => (Operator::Compare(Relation::NotEqual), 3),
        "<" => (Operator::Compare(Relation::Less), 3),
        "<=" => (Operator::Compare(Relation::LessOrEqual), 3),
        ">" => (Operator::Compare(Relation::Greater), 3),
        ">=" => (Operator::Compare(Relation::GreaterOrEqual), 3),
        "in" => (Operator::In, 3),
        "+" => (Operator::Add, 4),
        "-" => (Operator::Subtract, 4),
        "*" => (Operator::Multiply, 5),
        "/" => (Operator::Divide, 5),
        _ => return None,
    })
}

impl<'t> Parser<'t> {
    /// Moves to the next token; returns the one left behind and where it began.
    fn advance(&mut self) -> Result<(usize, Token<'t>), RuleError> {
        let (at, token, end) = token::next(self.text, self.end)?;
        self.end = end;
        Ok((std::mem::replace(&mut self.at, at), std::mem::replace(&mut self.token, token)))
    }

    fn eat(&mut self, symbol: &'static str) -> Result<bool, RuleError> {
        let found = self.token == Token::Symbol(symbol);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn expect(&mut self, symbol: &'static str) -> Result<(), RuleError> {
        if self.eat(symbol)? { Ok(()) } else { Err(self.unexpected(&format!("`{symbol}`"))) }
    }

    fn unexpected(&self, wanted: &str) -> RuleError {
        let found = match &self.token {
            Token::End => "the end".to_owned(),
            Token::Number(text) | Token::Name(text) => format!("`{text}`"),
            Token::Symbol(symbol) => format!("`{symbol}`"),
            Token::Text(_) => "a string".to_owned(),
        };
        let error = RuleError::new(self.at, format!("{wanted} is wanted here, but {found} is found"));
        match self.token {
            Token::Symbol("?") => error.hint("put the inner condition into parentheses"),
            Token::Symbol("[") => error.hint("items have no numbers here: use all, exists, filter or map"),
            _ => error,
        }
    }

    fn node(at: usize, kind: Kind) -> Result<Ast, RuleError> {
        let ast = Ast::new(at, kind);
        if ast.depth > DEPTH_MAX { Err(too_deep(at)) } else { Ok(ast) }
    }

    fn expression(&mut self) -> Result<Ast, RuleError> {
        self.nesting += 1;
        if self.nesting > DEPTH_MAX {
            return Err(too_deep(self.at));
        }
        let condition = self.binary(1)?;
        let at = self.at;
        let ast = if self.eat("?")? {
            let then = self.binary(1)?;
            self.expect(":")?;
            let otherwise = self.expression()?;
            Self::node(at, Kind::If(Box::new([condition, then, otherwise])))?
        } else {
            condition
        };
        self.nesting -= 1;
        Ok(ast)
    }

    fn binary(&mut self, loosest: u8) -> Result<Ast, RuleError> {
        let mut left = self.unary()?;
        while let Some((operator, strength)) = binary_operator(&self.token)
            && strength >= loosest
        {
            let (at, _) = self.advance()?;
            let right = self.binary(strength + 1)?;
            left = Self::node(at, Kind::Binary(operator, Box::new([left, right])))?;
        }
        Ok(left)
    }

    /// `!` and `-` may be repeated, but not mixed, as in CEL.
    fn unary(&mut self) -> Result<Ast, RuleError> {
        let (symbol, kind): (_, fn(Box<Ast>) -> Kind) = match self.token {
            Token::Symbol("!") => ("!", Kind::Not),
            Token::Symbol("-") => ("-", Kind::Negate),
            _ => return self.member(),
        };
        let mut places = Vec::new();
        while self.token == Token::Symbol(symbol) {
            places.push(self.advance()?.0);
        }
        let inner = self.member()?;
        places.into_iter().rev().try_fold(inner, |inner, at| Self::node(at, kind(Box::new(inner))))
    }

    fn member(&mut self) -> Result<Ast, RuleError> {
        let mut ast = self.primary()?;
        while self.eat(".")? {
            let (at, name) = self.name()?;
            ast = if self.eat("(")? {
                let arguments = self.list(")")?;
                Self::node(at, Kind::Call { target: Some(Box::new(ast)), name, arguments })?
            } else {
                Self::node(at, Kind::Member(Box::new(ast), name))?
            };
        }
        Ok(ast)
    }

    fn name(&mut self) -> Result<(usize, String), RuleError> {
        match self.token {
            Token::Name(name) if !matches!(name, "true" | "false" | "in") => Ok((self.advance()?.0, name.to_owned())),
            _ => Err(self.unexpected("a name")),
        }
    }

    fn primary(&mut self) -> Result<Ast, RuleError> {
        let at = self.at;
        match self.token.clone() {
            Token::Number(digits) => {
                let number = Decimal::from_str_exact(digits)
                    .map_err(|_| RuleError::new(at, "the number has more digits than can be held exactly"))?;
                self.advance()?;
                Self::node(at, Kind::Decimal(number))
            }
            Token::Text(text) => {
                self.advance()?;
                Self::node(at, Kind::Text(text))
            }
            Token::Symbol("(") => {
                self.advance()?;
                let inner = self.expression()?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Symbol("[") => {
                self.advance()?;
                let items = self.list("]")?;
                Self::node(at, Kind::List(items))
            }
            Token::Symbol(".") => Err(self.unexpected("a value").hint("a fraction needs its zero: 0.5")),
            Token::Name(word) => self.word(at, word),
            Token::Symbol(_) | Token::End => Err(self.unexpected("a value")),
        }
    }

    fn word(&mut self, at: usize, word: &'t str) -> Result<Ast, RuleError> {
        if RESERVED.contains(&word) {
            let error = RuleError::new(at, format!("`{word}` is a reserved word of CEL"));
            return Err(if word == "null" { error.hint("ask with has() whether a field is there") } else { error });
        }
        if word == "in" {
            return Err(self.unexpected("a value"));
        }
        self.advance()?;
        match word {
            "true" | "false" => Self::node(at, Kind::Bool(word == "true")),
            _ if self.eat("(")? => {
                let arguments = self.list(")")?;
                Self::node(at, Kind::Call { target: None, name: word.to_owned(), arguments })
            }
            _ => Self::node(at, Kind::Name(word.to_owned())),
        }
    }

    /// Expressions with commas between them, up to and with `close`.
    fn list(&mut self, close: &'static str) -> Result<Vec<Ast>, RuleError> {
        let mut items = Vec::new();
        if self.eat(close)? {
            return Ok(items);
        }
        loop {
            items.push(self.expression()?);
            if self.eat(close)? {
                return Ok(items);
            }
            self.expect(",")?;
        }
    }
}

fn too_deep(at: usize) -> RuleError {
    RuleError::new(at, format!("the rule is nested more than {DEPTH_MAX} deep")).hint("split it into several rules")
}
