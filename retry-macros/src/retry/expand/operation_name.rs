//! Prints the name of an operation.

use proc_macro2::Literal;
use quote::ToTokens;

use crate::emit::tokens::{Tokens, here, nothing};
use crate::retry::model::Model;
use crate::syntax::function::Function;

/// Prints the option `name`, or the path of the function.
pub(super) fn print(model: &Model, function: &Function) -> Tokens {
    match &model.name {
        Some(name) => name.to_token_stream().into(),
        None => {
            let mut path = Literal::string(&format!("::{}", function.name()));
            path.set_span(here());
            let macro_path = |name| Tokens::default().sign("::").word("core").sign("::").word(name).sign("!");
            let module = macro_path("module_path").parentheses(nothing());
            macro_path("concat").parentheses(module.sign(",").then([path.into()]))
        }
    }
}
