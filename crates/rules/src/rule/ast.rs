//! A rule as written.

use rust_decimal::Decimal;

/// A part of a rule and where it stands.
#[derive(Debug)]
pub(super) struct Ast {
    /// Byte offset of what an error about this part should point at: a name, a literal, an operator.
    pub(super) at: usize,
    /// Height of the tree from here, from 1.
    pub(super) depth: usize,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Decimal(Decimal),
    Text(String),
    Bool(bool),
    List(Vec<Ast>),
    Name(String),
    Member(Box<Ast>, String),
    Call { target: Option<Box<Ast>>, name: String, arguments: Vec<Ast> },
    Not(Box<Ast>),
    Negate(Box<Ast>),
    Binary(Operator, Box<[Ast; 2]>),
    If(Box<[Ast; 3]>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Compare(Relation),
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Kind {
    fn children(&self) -> Vec<&Ast> {
        match self {
            Self::Decimal(_) | Self::Text(_) | Self::Bool(_) | Self::Name(_) => Vec::new(),
            Self::List(items) => items.iter().collect(),
            Self::Member(of, _) | Self::Not(of) | Self::Negate(of) => vec![of],
            Self::Call { target, arguments, .. } => target.as_deref().into_iter().chain(arguments).collect(),
            Self::Binary(_, sides) => sides.iter().collect(),
            Self::If(parts) => parts.iter().collect(),
        }
    }
}

impl Ast {
    pub(super) fn new(at: usize, kind: Kind) -> Self {
        let depth = 1 + kind.children().iter().map(|child| child.depth).max().unwrap_or(0);
        Self { at, depth, kind }
    }
    /// Where a function of this name is called, if it is.
    pub(super) fn find_call(&self, wanted: &str) -> Option<usize> {
        match &self.kind {
            Kind::Call { name, .. } if name == wanted => Some(self.at),
            kind => kind.children().into_iter().find_map(|child| child.find_call(wanted)),
        }
    }
}
