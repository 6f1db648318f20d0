//! Names that an expansion prints for items of the runtime.
//!
//! The policy is printed with short names, which one glob import brings into the block of the operation's `static`. The
//! body and the types of the function never see that block. One glob costs the compiler less than a path per name, or an
//! import per name. If the user's tokens in that block could mean one of the names, every name is a full path instead.

pub(crate) mod tokens;

use std::time::Duration;

use proc_macro2::{Delimiter, Group, Ident, Literal, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Path};

use self::tokens::{Tokens, at, here};
use crate::syntax::duration::in_unit;
use crate::syntax::tokens::{Names, may_mean_any};

/// Everything that `retry_runtime::__private` exports.
pub(crate) const SHORT_NAMES: &[&str] = &[
    "Backoff",
    "Budget",
    "CallKey",
    "ClassLimit",
    "Classes",
    "Concurrency",
    "Hedge",
    "HintField",
    "Jitter",
    "Operation",
    "Policy",
    "StatusField",
    "const_check",
    "from_micros",
    "from_millis",
    "from_nanos",
    "from_secs",
    "is_final_class",
    "never",
    "stale_key",
    "stale_key_async",
    "type_of",
];

/// Those of them that are public items of the runtime too.
const PUBLIC_NAMES: &[&str] = &["Backoff", "Budget", "ClassLimit", "Classes", "Concurrency", "Jitter"];

/// Printer of names of the runtime.
///
/// It collects the constants that hold the user's expressions.
pub(crate) struct Emitter {
    runtime: TokenStream,
    is_short: bool,
    /// The user's tokens beside what is printed.
    ///
    /// No item of ours may have a name of theirs.
    beside: TokenStream,
    /// Names and items of the constants.
    constants: Vec<(String, TokenStream)>,
}

/// Constant of an expression of the user: its name, its type, its rule.
#[derive(Clone, Copy)]
pub(crate) struct Checked {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) rule: &'static str,
}

/// Name of an item of the runtime, with its path unless it is imported.
pub(crate) struct Item {
    path: Option<TokenStream>,
    name: Ident,
}

impl Item {
    /// Returns the item as the beginning of an expression.
    pub(crate) fn tokens(self) -> Tokens {
        let path = self.path.map_or_else(Tokens::default, Tokens::from);
        path.then([self.name.into()])
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.path.to_tokens(tokens);
        self.name.to_tokens(tokens);
    }
}

impl Emitter {
    /// Creates an emitter that prints full paths.
    ///
    /// `written` holds all tokens of the user except the body.
    pub(crate) fn new(runtime: Option<&Path>, default: &str, written: TokenStream) -> Self {
        let runtime = runtime.map_or_else(
            || {
                let default = Ident::new(default, here());
                quote_spanned!(here()=> ::#default)
            },
            ToTokens::to_token_stream,
        );
        Self { runtime, is_short: false, beside: written, constants: Vec::new() }
    }

    /// Creates an emitter of short names without an import, for text.
    pub(crate) fn for_text() -> Self {
        Self { is_short: true, ..Self::new(None, "retry_runtime", TokenStream::new()) }
    }

    /// The path of the runtime crate.
    pub(crate) fn runtime(&self) -> &TokenStream {
        &self.runtime
    }

    /// Prints a block of items with short names and their import.
    ///
    /// `theirs` are the user's tokens in the block. Full paths are printed if they could mean a short name.
    pub(crate) fn block(&mut self, theirs: TokenStream, print: impl FnOnce(&mut Self) -> Tokens) -> Tokens {
        self.is_short = !may_mean_any(theirs.clone(), SHORT_NAMES);
        let outside = std::mem::replace(&mut self.beside, theirs);
        let printed = print(self);
        self.beside = outside;
        if !std::mem::take(&mut self.is_short) {
            return printed;
        }
        let import = Tokens::default().word("use").then(self.runtime.clone());
        import.sign("::").word("__private").sign("::").sign("*").sign(";").then(printed)
    }

    /// Returns the name of an item of the runtime.
    pub(crate) fn item(&self, name: &'static str) -> Item {
        let runtime = &self.runtime;
        let path = if self.is_short {
            None
        } else if PUBLIC_NAMES.contains(&name) {
            Some(quote_spanned!(here()=> #runtime::))
        } else {
            Some(quote_spanned!(here()=> #runtime::__private::))
        };
        Item { path, name: Ident::new(name, here()) }
    }

    /// Prints a duration in the largest unit that holds it exactly.
    pub(crate) fn duration(&self, value: Duration) -> Tokens {
        let (unit, number) = in_unit(value);
        let path =
            if self.is_short { Tokens::default() } else { quote_spanned!(here()=> ::core::time::Duration::).into() };
        path.word(unit).parentheses(Tokens::default().number(Literal::u64_unsuffixed(number)))
    }

    /// Adds a constant that holds and checks an expression; returns its name.
    ///
    /// ```text
    /// 2 * BASE                                                                 (the user's expression)
    /// const BASE_2: ::core::time::Duration = const_check::base_below(2 * BASE, from_secs(10));
    /// ```
    ///
    /// So the expression is printed once, and an error in it is reported once, at its own tokens. `[before, after]` are
    /// further arguments of the rule.
    pub(crate) fn constant(&mut self, checked: Checked, expr: &Expr, [before, after]: [Tokens; 2]) -> Tokens {
        let (name, value) = (self.unused_name(checked.name), expr.to_token_stream());
        let first = value.clone().into_iter().next().map_or_else(here, |token| token.span());
        let last = value.clone().into_iter().last().map_or_else(here, |token| token.span());
        let (check, rule) = (self.item("const_check"), Ident::new(checked.rule, here()));
        let kind = Ident::new(checked.kind, here());
        let kind = if checked.kind == "Duration" {
            quote_spanned!(here()=> ::core::time::#kind)
        } else {
            kind.into_token_stream()
        };
        let mut arguments = Group::new(Delimiter::Parenthesis, quote_spanned!(here()=> #before #value #after));
        arguments.set_span(here().located_at(last));
        let called = at(quote_spanned!(here()=> #check::#rule), first);
        let constant = at(Ident::new(&name, here()).into_token_stream(), first);
        let item = quote_spanned!(here()=> const #constant: #kind = #called #arguments;);
        self.constants.push((name, item));
        constant.into()
    }

    /// Adds a constant that holds and checks a limit by class; returns its name.
    ///
    /// The type of the expression says whether it is a number of attempts or a time.
    ///
    /// ```text
    /// MAX                                                                      (the user's expression)
    /// const LIMIT: ClassLimit = const_check::UpTo(MAX).limit();
    /// ```
    pub(crate) fn class_limit(&mut self, expr: &Expr) -> Tokens {
        let name = self.unused_name("LIMIT");
        let (kind, check) = (self.item("ClassLimit"), self.item("const_check"));
        let constant = Ident::new(&name, here());
        let value = at(quote_spanned!(here()=> #check::UpTo(#expr).limit()), expr.span());
        self.constants.push((name, quote_spanned!(here()=> const #constant: #kind = #value;)));
        Tokens::default().ident(&constant)
    }

    /// Returns `name`, numbered if the user or another constant has it.
    pub(crate) fn unused_name(&self, name: &str) -> String {
        let is_taken = |name: &String| {
            self.constants.iter().any(|(other, _)| other == name)
                || self.beside.first_name(&|other| other == name).is_some()
        };
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        std::iter::once(name.into()).chain(numbered).find(|name| !is_taken(name)).unwrap_or_default()
    }

    /// Takes the constants that were added since the last call.
    pub(crate) fn take_constants(&mut self) -> Vec<TokenStream> {
        std::mem::take(&mut self.constants).into_iter().map(|(_, item)| item).collect()
    }

    /// Puts an expression into a block together with its constants.
    pub(crate) fn with_constants(&mut self, printed: TokenStream) -> TokenStream {
        let constants = self.take_constants();
        if constants.is_empty() { printed } else { quote_spanned!(here()=> { #(#constants)* #printed }) }
    }
}
