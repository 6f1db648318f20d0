//! Third stage: prints the function.
//!
//! Everything of ours is one expression around the body, so the body cannot name a local of ours.

mod times;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use crate::emit::Emitter;
use crate::emit::tokens::{at, here, rename_self};
use crate::idempotent::model::{Duplicates, Interrupted, Mode, Model, Time};
use crate::syntax::function::{Function, Shape};
use crate::syntax::return_type;
use crate::syntax::tokens::ungrouped;

/// Prints the function that takes effect once.
///
/// ```text
/// async fn pay(&self, order: &Order) -> R { BODY }
///
/// async fn pay(&self, order: &Order) -> R {
///     ::retry_idempotency::once(&self.store, text(&order.id)).scope(..).run(async |claim| { BODY }).await
/// }
/// ```
pub(super) fn expand(model: &Model, function: &Function) -> TokenStream {
    let Function { attributes, visibility, defaultness, signature, body } = function;
    let Some(body) = body else { return TokenStream::new() };
    let printed = match &model.shape {
        Shape::Async | Shape::Blocking => Printer::new(model, None).once(function, &body.stream()),
        Shape::Future(block) => {
            let moves = &block.moves;
            let once = Printer::new(model, block.moved_self()).once(function, &block.body);
            block.replace_content(quote_spanned!(here()=> #moves #once))
        }
    };
    let mut block = Group::new(Delimiter::Brace, printed);
    block.set_span(body.span());
    quote_spanned!(here()=> #(#attributes)* #visibility #defaultness #signature #block)
}

/// Everything from which the parts of the body are printed.
struct Printer<'a> {
    model: &'a Model,
    emitter: Emitter,
    outcome: TokenStream,
    /// The name of `self`, if it has another one.
    renamed_self: Option<Ident>,
}

impl<'a> Printer<'a> {
    fn new(model: &'a Model, renamed_self: Option<Ident>) -> Self {
        let emitter = Emitter::new(model.runtime.as_ref(), "retry_idempotency", model.written.clone());
        Self { model, emitter, outcome: return_type::inferable(&model.outcome).into_token_stream(), renamed_self }
    }

    fn once(mut self, function: &Function, body: &TokenStream) -> TokenStream {
        let locals = times::locals(&self.model.times, &mut self.emitter);
        let (begin, settings, run) = (self.begin(function), self.settings(), self.run(body));
        quote_spanned!(here()=> #locals #begin #settings #run)
    }

    /// Prints `once(&self.store, ..).scope(..)`.
    ///
    /// Its first tokens are located at the type of the result, so that a missing bound of that type is reported there,
    /// and once, although the whole expression is awaited.
    fn begin(&self, function: &Function) -> TokenStream {
        let (model, runtime) = (self.model, self.emitter.runtime());
        let entry = |name| {
            let name = Ident::new(name, here());
            at(quote_spanned!(here()=> #runtime::#name), model.outcome.span())
        };
        let path = format!("::{}", function.name());
        let operation = quote_spanned!(here()=> ::core::concat!(::core::module_path!(), #path));
        let store = self.borrowed(&model.store);
        let content = self.content();
        let scope = model.scope.as_ref().map(|scope| self.text(scope));
        match &model.key {
            Some(key) => {
                let (key, scope) = (self.text(key), scope.unwrap_or(operation));
                let fingerprint = content.map(|content| quote_spanned!(here()=> .fingerprint(#content)));
                let once = entry("once");
                quote_spanned!(here()=> #once(#store, #key).scope(#scope) #fingerprint)
            }
            None => {
                let window = model.times.keep.as_ref().map(|window| self.time(window, "keep"));
                let once = entry("once_by_content");
                quote_spanned!(here()=>
                    let client = #scope;
                    #once(#store, #operation, &client, #content, #window)
                )
            }
        }
    }

    /// Prints the fingerprint, borrowed.
    fn content(&self) -> Option<TokenStream> {
        let values: Vec<_> = self.model.fingerprint.iter().map(|value| self.borrowed(value)).collect();
        match values.as_slice() {
            [] => None,
            [value] if !self.model.is_list => Some(value.clone()),
            values => Some(quote_spanned!(here()=> &(#(#values,)*))),
        }
    }

    /// Prints the settings: `.keep(..).lease(..).reject()`.
    fn settings(&self) -> TokenStream {
        let Model { times, key, outcome, .. } = self.model;
        let mut settings = TokenStream::new();
        let keep = times.keep.as_ref().filter(|_| key.is_some());
        for (name, time) in [("keep", keep), ("lease", times.lease.as_ref()), ("wait", times.wait.as_ref())] {
            if let Some(time) = time {
                let (method, time) = (Ident::new(name, here()), self.time(time, name));
                settings.extend(quote_spanned!(here()=> .#method(#time)));
            }
        }
        let (runtime, outcome_type) = (self.emitter.runtime(), &self.outcome);
        settings.extend(self.model.duplicates.as_ref().map(|duplicates| match duplicates {
            Duplicates::Replay(place) => method("replay", *place),
            Duplicates::Reject(place) => method("reject", *place),
            Duplicates::Merge(merge) => {
                let merge = self.users(merge);
                quote_spanned!(here()=> .merge(#runtime::__private::merging::<#outcome_type, _>(#merge)))
            }
            Duplicates::Flag(note) => {
                let note = self.users(note);
                quote_spanned!(here()=> .flag(#note))
            }
        }));
        settings.extend(match &self.model.interrupted {
            Interrupted::Refuse => TokenStream::new(),
            Interrupted::Rerun(place) => method("rerun", *place),
            Interrupted::Check(look) => {
                let look = self.users(look);
                let name = if self.is_async() { "check" } else { "check_blocking" };
                let check = Ident::new(name, here().located_at(outcome.span()));
                quote_spanned!(here()=> .#check(#runtime::__private::looking(#look)))
            }
        });
        settings
    }

    /// Prints `.run(async |claim| { BODY }).await`, located at the type of the result.
    fn run(&self, body: &TokenStream) -> TokenStream {
        let (mode, outcome) = (self.model.mode, &self.outcome);
        let name = match mode {
            Mode::Plain => "run",
            Mode::InTransaction => "run_in",
            Mode::Steps => "run_steps",
        };
        let place = here().located_at(self.model.outcome.span());
        let claim = match &self.model.claim {
            Some(claim) => claim.to_token_stream(),
            None => quote_spanned!(here()=> _),
        };
        if !self.is_async() {
            let run = Ident::new(&format!("{name}_blocking"), place);
            return quote_spanned!(place=> .#run(|#claim| -> #outcome { #body }));
        }
        let (run, never) = (Ident::new(name, place), self.emitter.item("never"));
        quote_spanned!(place=>
            .#run(async |#claim| {
                if false {
                    return #never::<#outcome>();
                }
                #body
            })
            .await
        )
    }

    fn is_async(&self) -> bool {
        !matches!(self.model.shape, Shape::Blocking)
    }

    fn time(&self, time: &Time, name: &str) -> TokenStream {
        self.rename(times::duration(time, name, &self.emitter))
    }

    /// Prints the text of a key or a scope.
    ///
    /// It is owned, because the body may consume its source.
    fn text(&self, expr: &Expr) -> TokenStream {
        let (runtime, borrowed) = (self.emitter.runtime(), self.borrowed(expr));
        let text = Ident::new("text", here().located_at(expr.span()));
        quote_spanned!(here()=> #runtime::__private::#text(#borrowed))
    }

    fn borrowed(&self, expr: &Expr) -> TokenStream {
        let (tokens, place) = (self.users(expr), here().located_at(expr.span()));
        match ungrouped(expr) {
            Expr::Reference(_) => tokens,
            Expr::Binary(_) | Expr::Cast(_) | Expr::Range(_) => quote_spanned!(place=> &(#tokens)),
            _ => quote_spanned!(place=> &#tokens),
        }
    }

    fn users(&self, expr: &Expr) -> TokenStream {
        self.rename(expr.to_token_stream())
    }

    fn rename(&self, tokens: TokenStream) -> TokenStream {
        match &self.renamed_self {
            Some(name) => rename_self(tokens, name),
            None => tokens,
        }
    }
}

/// Prints `.reject()` at the place of the word.
fn method(name: &str, place: Span) -> TokenStream {
    let method = Ident::new(name, here().located_at(place));
    quote_spanned!(here()=> .#method())
}
