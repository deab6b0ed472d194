//! A form's JSON Schema compiled to tests over the normalized tree: fields by their number instead of their name, each test
//! the cheapest that is certain.
//!
//! The tests say "this record conforms", or what exactly it breaks. Whatever they say neither of goes to the validator: so a
//! test may be narrow, never wide, and what it says is broken must be certain. `compile` reads the schema and knows nothing of
//! records; `test` and `condition` know records and nothing of schemas; `fault` and `broken` say what is wrong, and `elsewhere`
//! where they cannot. What `compile` cannot express leaves the form without a plan: its records all go to the validator, and [`crate::Form::uncompiled`] says
//! why. Records that go there are counted (`faircopy_plan_fallbacks_total`).

mod broken;
mod compile;
mod condition;
mod elsewhere;
mod fault;
mod pattern;
mod test;
#[cfg(test)]
mod tests;

pub(crate) use compile::compile;
pub use elsewhere::Elsewhere;
pub(crate) use fault::{Fault, Wrong};
pub(crate) use test::Plan;
