//! Third stage: prints the function. All that is ours is one expression around the body, so that there is nothing the
//! body could name by mistake.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, parse_quote_spanned};

use crate::emit::{Paths, at, here};
use crate::idempotent::modes::{Duplicates, Interrupted, Mode};
use crate::idempotent::times::{self, Time};
use crate::idempotent::validate::Model;
use crate::retry::expand::self_arg;
use crate::syntax::function::{Function, Shape};
use crate::syntax::literal::ungrouped;
use crate::syntax::return_type;

/// The function, which takes effect once.
pub(super) fn expand(model: &Model, function: &Function) -> TokenStream {
    let Function { attributes, visibility, defaultness, signature, body } = function;
    let Some(body) = body else { return TokenStream::new() };
    let printed = match &model.shape {
        Shape::Async | Shape::Blocking => Printer::new(model, None).once(function, &body.stream()),
        Shape::Future(tail) => {
            let moves = &tail.moves;
            let once = Printer::new(model, self_arg::bound(tail)).once(function, &tail.body);
            tail.around(quote_spanned!(here()=> #moves #once))
        }
    };
    let mut block = Group::new(Delimiter::Brace, printed);
    block.set_span(body.span());
    quote_spanned!(here()=> #(#attributes)* #visibility #defaultness #signature #block)
}

/// What every part of the expansion is printed from.
struct Printer<'a> {
    model: &'a Model,
    paths: Paths,
    runtime: TokenStream,
    outcome: TokenStream,
    /// What `self` is called, if not so.
    own: Option<Ident>,
}

impl<'a> Printer<'a> {
    fn new(model: &'a Model, own: Option<Ident>) -> Self {
        let root = model.runtime.clone().unwrap_or_else(|| parse_quote_spanned!(here()=> ::retry_idempotency));
        let paths = Paths::absolute(Some(&root), model.written.clone());
        let runtime = paths.runtime().clone();
        Self { model, paths, runtime, outcome: return_type::inferable(&model.outcome).into_token_stream(), own }
    }

    fn once(&self, function: &Function, body: &TokenStream) -> TokenStream {
        let locals = self.model.times.locals(&self.paths);
        let begun = self.begun(function);
        let (settings, run) = (self.settings(), self.run(body));
        quote_spanned!(here()=> #locals #begun #settings #run)
    }

    /// `once(&self.store, ..).scope(..)`. It begins where the outcome's type stands: what that lacks is told there, and once,
    /// though the whole expression is awaited.
    fn begun(&self, function: &Function) -> TokenStream {
        let (model, runtime) = (self.model, &self.runtime);
        let of = |name| {
            let name = Ident::new(name, here());
            at(quote_spanned!(here()=> #runtime::#name), model.outcome.span())
        };
        let name = function.signature.ident.to_string();
        let path = format!("::{}", name.strip_prefix("r#").unwrap_or(&name));
        let operation = quote_spanned!(here()=> ::core::concat!(::core::module_path!(), #path));
        let store = self.borrowed(&model.store);
        let content = self.content();
        let scope = model.scope.as_ref().map(|scope| self.text(scope));
        match &model.key {
            Some(key) => {
                let (key, scope) = (self.text(key), scope.unwrap_or(operation));
                let fingerprint = content.map(|content| quote_spanned!(here()=> .fingerprint(#content)));
                let once = of("once");
                quote_spanned!(here()=> #once(#store, #key).scope(#scope) #fingerprint)
            }
            None => {
                let window = model.times.keep.as_ref().map(|window| self.time(window, "keep"));
                let once = of("once_by_content");
                quote_spanned!(here()=>
                    let client = #scope;
                    #once(#store, #operation, &client, #content, #window)
                )
            }
        }
    }

    /// What the key stands for, borrowed.
    fn content(&self) -> Option<TokenStream> {
        let values: Vec<_> = self.model.fingerprint.iter().map(|value| self.borrowed(value)).collect();
        match values.as_slice() {
            [] => None,
            [value] if !self.model.is_list => Some(value.clone()),
            values => Some(quote_spanned!(here()=> &(#(#values,)*))),
        }
    }

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
        let (runtime, outcome_type) = (&self.runtime, &self.outcome);
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

    /// `.run(async |claim| { .. }).await`. What the outcome's type lacks is told at the type.
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
        let (run, never) = (Ident::new(name, place), self.paths.runtime());
        quote_spanned!(place=>
            .#run(async |#claim| {
                if false {
                    return #never::__private::never::<#outcome>();
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
        self.own(times::printed(time, name, &self.paths))
    }

    /// The text of a key or a scope, owned: the body may consume what it was made of.
    fn text(&self, expr: &Expr) -> TokenStream {
        let (runtime, borrowed) = (&self.runtime, self.borrowed(expr));
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
        self.own(expr.to_token_stream())
    }

    fn own(&self, tokens: TokenStream) -> TokenStream {
        match &self.own {
            Some(name) => self_arg::renamed(tokens, name),
            None => tokens,
        }
    }
}

/// `.reject()`, where the word stands.
fn method(name: &str, place: Span) -> TokenStream {
    let method = Ident::new(name, here().located_at(place));
    quote_spanned!(here()=> .#method())
}
