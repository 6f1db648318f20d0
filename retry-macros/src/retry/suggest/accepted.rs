//! Check that the stages below accept a proposal.

use syn::Expr;

use crate::diagnostics::Diagnostics;
use crate::retry::draft::DraftList;
use crate::retry::parse;
use crate::retry::validate;
use crate::syntax::function::Scope;
use crate::syntax::tokens::ungrouped;

/// Returns whether the attribute accepts an option.
pub(super) fn is_accepted(option: &str) -> bool {
    let Ok(tokens) = option.parse() else { return false };
    let mut diagnostics = Diagnostics::new();
    let options = parse::options(tokens, &mut diagnostics);
    let called = [&options.retry_if, &options.on_retry];
    let is_callable = called.into_iter().flatten().all(|given| is_callable(ungrouped(&given.value)));
    let (arguments, generics) = (vec!["self".into()], vec!["Self".into()]);
    let scope = Scope { arguments, generics, is_blocking: false, is_option: false, plain_success: None };
    let draft = validate::draft(options, &scope, &mut diagnostics);
    let lists_classes = |DraftList { list, .. }: &DraftList| !list.classes.is_empty() && !list.has_patterns();
    let except = &draft.except.list;
    let has_item = !except.classes.is_empty() || !except.patterns.is_empty();
    let is_class = except.none.is_none() && (has_item || !option.starts_with("except"));
    diagnostics.finish().is_ok() && is_callable && is_class && draft.retry_on.as_ref().is_none_or(lists_classes)
}

fn is_callable(expr: &Expr) -> bool {
    matches!(expr, Expr::Closure(_) | Expr::Call(_) | Expr::MethodCall(_) | Expr::Macro(_))
        || matches!(expr, Expr::Path(path) if path.path.segments.last().is_some_and(|last| !last.ident.to_string().starts_with(char::is_uppercase)))
}
