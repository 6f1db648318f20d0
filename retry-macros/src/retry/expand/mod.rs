//! Third stage: prints the function. Every token of ours is made at mixed site, so that it neither sees nor is seen by
//! the body; the user's tokens keep their places.

pub(crate) mod docs;
mod hooks;
pub(crate) mod policy;
mod registration;
pub(crate) mod self_arg;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;

use crate::emit::{Paths, at, here, some};
use crate::retry::class_list::Listed;
use crate::retry::validate::{Accepted, Base, Limit, Model};
use crate::syntax::function::{Function, Shape};
use crate::syntax::return_type;

/// The function, retried; where it `is_reviewed`, it is known to a review too.
pub(crate) fn expand(mut model: Model, mut function: Function, is_reviewed: bool) -> TokenStream {
    let mut changed = Vec::new();
    for name in &model.clone {
        if let Some(argument) = function.argument(name) {
            // The copies are what the body changes.
            changed.extend(argument.mutability.take().map(|_| name.clone()));
        }
    }
    let Function { attributes, visibility, defaultness, signature, body } = &function;
    let Some(body) = body else { return TokenStream::new() };
    let docs = docs::section(&model, &function);
    self_arg::rename(&mut model);
    let printed = match &model.shape {
        Shape::Async | Shape::Blocking => retried(&model, &function, changed, body.stream(), is_reviewed),
        Shape::Future(tail) => {
            let moves = &tail.moves;
            let retried = retried(&model, &function, changed, tail.body.clone(), is_reviewed);
            tail.around(quote_spanned!(here()=> #moves #retried))
        }
    };
    let mut block = Group::new(Delimiter::Brace, printed);
    block.set_span(body.span());
    quote_spanned!(here()=> #(#attributes)* #docs #visibility #defaultness #signature #block)
}

/// What every part of the expansion is printed from.
struct Printer<'a> {
    model: &'a Model,
    paths: Paths,
    runtime: TokenStream,
    outcome: TokenStream,
    is_async: bool,
    /// The cloned arguments that are `mut`.
    changed: Vec<Ident>,
    body: TokenStream,
    is_reviewed: bool,
}

fn retried(
    model: &Model,
    function: &Function,
    changed: Vec<Ident>,
    body: TokenStream,
    is_reviewed: bool,
) -> TokenStream {
    let paths = Paths::absolute(model.runtime.as_ref(), model.written.clone());
    let printer = Printer {
        model,
        runtime: paths.runtime().clone(),
        paths,
        outcome: return_type::inferable(&model.outcome).into_token_stream(),
        is_async: !matches!(model.shape, Shape::Blocking),
        changed,
        body,
        is_reviewed,
    };
    let locals = some(printer.locals());
    let call = printer.call(function);
    let repeated = printer.repeated();
    quote_spanned!(here()=> #locals #call #repeated)
}

impl Printer<'_> {
    /// What is evaluated once a call, before it begins.
    fn locals(&self) -> TokenStream {
        let (model, runtime) = (self.model, &self.runtime);
        let mut locals = TokenStream::new();
        if let Base::PerCall(expr) = &model.base {
            let setters = policy::setters(model, &self.paths);
            let borrowed = at(quote_spanned!(here()=> ::core::borrow::Borrow::borrow), expr.span());
            let policy = self.paths.closed(quote_spanned!(here()=>
                <#runtime::Policy as ::core::clone::Clone>::clone(#borrowed(&#expr)) #setters
            ));
            locals.extend(quote_spanned!(here()=> let policy = #policy;));
        }
        for (name, limit) in [("deadline", &model.limits.deadline), ("attempt_timeout", &model.limits.attempt_timeout)]
        {
            if let Some(Limit::PerCall(expr)) = limit.as_ref().map(|given| &given.value) {
                let name = Ident::new(name, here());
                locals.extend(quote_spanned!(here()=> let #name: ::core::time::Duration = #expr;));
            }
        }
        locals.extend(model.shared.locals());
        locals.extend(model.effects.locals(&self.runtime));
        if let Some(cancel) = &model.cancel {
            let cancel = &cancel.value;
            locals.extend(if self.is_async {
                quote_spanned!(here()=> let cancel = ::core::pin::pin!(::core::future::IntoFuture::into_future(#cancel));)
            } else {
                quote_spanned!(here()=> let cancel = #cancel;)
            });
        }
        locals
    }

    /// The operation and its call.
    fn call(&self, function: &Function) -> TokenStream {
        let short = Paths::short(self.model.runtime.as_ref(), self.model.written.clone());
        let mut operation = self.operation(function, &short);
        if short.could_mean(&self.outcome) {
            operation = self.operation(function, &self.paths);
        }
        quote_spanned!(here()=> let mut call = { #operation };)
    }

    /// The static and its call, in a block of their own: an item is not hidden from the tokens beside it.
    fn operation(&self, function: &Function, paths: &Paths) -> TokenStream {
        let model = self.model;
        let new = paths.item("Policy");
        let mut policy = match &model.base {
            Base::New => {
                let setters = policy::setters(model, paths);
                quote_spanned!(here()=> #new::new() #setters)
            }
            Base::Const(path) => {
                let (path, setters) = (paths.users(path), policy::setters(model, paths));
                quote_spanned!(here()=> #path #setters)
            }
            Base::PerCall(_) => quote_spanned!(here()=> #new::new()),
        };
        let constants = paths.constants();
        let (mut checks, mut shared) = (policy::checks(model, &policy, paths), None);
        if !checks.is_empty() {
            let of = paths.item("Policy");
            let name = Ident::new(&paths.fresh("POLICY"), here());
            shared = Some(quote_spanned!(here()=> const #name: #of = #policy;));
            policy = name.into_token_stream();
            checks = policy::checks(model, &policy, paths);
        }
        let name = match &model.name {
            Some(name) => name.to_token_stream(),
            None => {
                let function = function.signature.ident.to_string();
                let path = format!("::{}", function.strip_prefix("r#").unwrap_or(&function));
                quote_spanned!(here()=> ::core::concat!(::core::module_path!(), #path))
            }
        };
        let (outcome, settings) = (&self.outcome, some(self.settings()));
        let operation = Ident::new(&paths.fresh("OPERATION"), here());
        let of = paths.item("Operation");
        let (budget, behind) = (model.shared.items(paths), some(model.shared.of_operation(paths)));
        let import = paths.import();
        let review = self
            .is_reviewed
            .then(|| registration::registered(model, function, &self.body, &operation, paths.runtime()));
        let place = here().located_at(model.outcome.span());
        let begin = Ident::new(if self.is_async { "begin" } else { "begin_blocking" }, place);
        quote_spanned!(here()=>
            #import
            #(#constants)*
            #shared
            #(#checks)*
            #budget
            static #operation: #of = #of::new(#name, #policy) #behind;
            #review
            #operation.typed::<#outcome>().#begin() #settings
        )
    }

    /// What a call is told before it begins: `.with_policy(&policy).deadline(..)`.
    fn settings(&self) -> TokenStream {
        let model = self.model;
        let mut settings = TokenStream::new();
        let per_call = |limit: &Option<crate::retry::parse::Given<Limit>>| {
            matches!(limit.as_ref().map(|given| &given.value), Some(Limit::PerCall(_)))
        };
        if let Base::PerCall(_) = model.base {
            settings.extend(quote_spanned!(here()=> .with_policy(&policy)));
        }
        settings.extend(model.shared.of_call());
        if per_call(&model.limits.deadline) {
            settings.extend(quote_spanned!(here()=> .deadline(deadline)));
        }
        if model.is_cuttable() {
            let interruptible = Ident::new("interruptible", here().located_at(self.cut_span()));
            settings.extend(quote_spanned!(here()=> .#interruptible()));
        }
        settings.extend(model.effects.of_call());
        if self.is_timed() {
            settings.extend(quote_spanned!(here()=> .with_start_time()));
        }
        if per_call(&model.limits.attempt_timeout) {
            settings.extend(quote_spanned!(here()=> .attempt_timeout(attempt_timeout)));
        }
        if model.cancel.is_some() {
            settings.extend(quote_spanned!(here()=> .cancel(cancel)));
        }
        settings
    }

    /// The option that ends attempts without an outcome.
    fn cut_span(&self) -> Span {
        let limits = &self.model.limits;
        let timeout = limits.attempt_timeout.as_ref().map(|given| given.key);
        let cancel = self.model.cancel.as_ref().map(|given| given.key);
        let refuses = self.model.shared.refuses().or(self.model.effects.refuses());
        timeout.or(cancel).or(refuses).unwrap_or_else(|| self.model.class_span())
    }

    /// Whether something may ask when the call began, so that the clock is read there.
    fn is_timed(&self) -> bool {
        let model = self.model;
        model.context.is_some() || model.fallback.is_some() || model.on_retry.is_some()
    }

    /// Whether attempt, decision and wait stand apart: for a hook between them, and for predicates that name what the
    /// body may borrow.
    fn is_apart(&self) -> bool {
        self.model.on_retry.is_some() || self.model.asks_arguments
    }

    fn repeated(&self) -> TokenStream {
        let attempt = if self.is_apart() { self.apart() } else { self.together() };
        let renewed = some(self.renewed());
        let permit = some(self.model.shared.before_attempt(self.is_async));
        let repeated = quote_spanned!(here()=> loop { #permit #renewed #attempt });
        match &self.model.fallback {
            None => repeated,
            Some(fallback) => {
                let answer = hooks::answered(fallback);
                quote_spanned!(here()=> let outcome = #repeated; #answer)
            }
        }
    }

    /// What each attempt gets anew.
    fn renewed(&self) -> TokenStream {
        let mut renewed = TokenStream::new();
        if let Some(context) = &self.model.context {
            renewed.extend(quote_spanned!(here()=> let #context = &call.context();));
        }
        for name in &self.model.clone {
            let mutability = self.changed.contains(name).then(|| quote_spanned!(here()=> mut));
            let cloned = at(quote_spanned!(here()=> ::core::clone::Clone::clone), name.span());
            renewed.extend(quote_spanned!(here()=> let #mutability #name = #cloned(&#name);));
        }
        renewed
    }

    /// Attempt, decision and wait in one.
    fn together(&self) -> TokenStream {
        let name = if self.model.is_timed() { "attempt_with_timeout" } else { "attempt" };
        let (attempt, body) = (self.method(name), self.attempt_body());
        let asked = self.model.asks().then(|| {
            let question = self.question();
            quote_spanned!(here()=> , #question)
        });
        // All of the attempt stands where its method does, so that a bound that is not met is told there, and once.
        let span = attempt.span();
        let wait = self.awaited(span);
        let mut arguments = Group::new(Delimiter::Parenthesis, quote_spanned!(here()=> #body #asked));
        arguments.set_span(span);
        let attempt = quote_spanned!(span=> call.#attempt #arguments #wait);
        quote_spanned!(here()=>
            if let ::core::option::Option::Some(outcome) = #attempt {
                break outcome;
            }
        )
    }

    /// Attempt, decision, hook and wait, one after the other.
    fn apart(&self) -> TokenStream {
        let body = self.attempt_body();
        let decide = self.method("decide");
        let asked = self.model.asks().then(|| {
            let question = self.question();
            quote_spanned!(here()=> , #question)
        });
        let wait = self.awaited(here());
        let run = Ident::new(if self.model.is_timed() { "run_with_timeout" } else { "run" }, here());
        let hook = self.model.on_retry.as_ref();
        let tell = hook.map(|hook| {
            let told = hooks::told(hook, self.model.retry_ok.is_some());
            quote_spanned!(here()=> let hook_result = #told;)
        });
        // What a hook may not answer is told at the hook, and once, though it is awaited with the wait.
        let place = hook.map_or_else(here, |hook| here().located_at(hook.expr.span()));
        let (told, awaited) =
            (hook.map_or(quote_spanned!(place=> ()), |_| quote_spanned!(place=> hook_result)), self.awaited(place));
        let waited = quote_spanned!(place=> call.wait(decision, #told) #awaited);
        quote_spanned!(here()=>
            let finished = call.#run(#body) #wait;
            let decision = call.#decide(finished #asked);
            #tell
            if let ::core::option::Option::Some(outcome) = #waited {
                break outcome;
            }
        )
    }

    /// `name`, or `name_if`, where the first class stands: an error without classes is told there.
    fn method(&self, name: &str) -> Ident {
        let span = here().located_at(self.model.class_span());
        if self.model.asks() { Ident::new(&format!("{name}_if"), here()) } else { Ident::new(name, span) }
    }

    fn attempt_body(&self) -> TokenStream {
        let (runtime, outcome, body) = (&self.runtime, &self.outcome, &self.body);
        let effects = &self.model.effects;
        if self.is_async {
            let body = quote_spanned!(here()=> async {
                if false {
                    return #runtime::never::<#outcome>();
                }
                #body
            });
            return effects.around(body, "scope");
        }
        let body = quote_spanned!(here()=> || -> #outcome { #body });
        if effects.key.is_none() {
            return body;
        }
        let keyed = effects.around(body, "scope_blocking");
        quote_spanned!(here()=> || #keyed)
    }

    fn awaited(&self, span: Span) -> Option<TokenStream> {
        self.is_async.then(|| quote_spanned!(span=> .await))
    }

    /// Whether what ended is worth a retry: classes, patterns and predicates, less what `except` names.
    fn question(&self) -> TokenStream {
        let model = self.model;
        let mut reasons = Vec::new();
        if model.has_classes() {
            let listed = Ident::new("is_listed", here().located_at(model.class_span()));
            reasons.push(quote_spanned!(here()=> result.#listed()));
        }
        reasons.extend(model.retry_on.iter().flat_map(|given| patterns(&given.value)));
        if let Some(predicate) = &model.retry_if {
            reasons.push(quote_spanned!(here()=> result.error(#predicate)));
        }
        match &model.retry_ok {
            Some(Accepted::UnlessClass(listed)) => {
                let classes = self.paths.closed(policy::classes(&listed.classes, "status", &self.paths));
                let ok_in = asked("ok_in", listed);
                reasons.push(quote_spanned!(here()=> result.#ok_in(&#classes)));
            }
            Some(Accepted::Unless(predicate)) => reasons.push(quote_spanned!(here()=> result.ok(#predicate))),
            None => {}
        }
        let mut exceptions: Vec<_> = patterns(&model.except).collect();
        if !model.except.classes.is_empty() {
            let classes = self.paths.closed(policy::classes(&model.except.classes, "status", &self.paths));
            let error_in = asked("error_in", &model.except);
            exceptions.push(quote_spanned!(here()=> result.#error_in(&#classes)));
        }
        let any = quote_spanned!(here()=> #(#reasons)||*);
        if exceptions.is_empty() {
            return quote_spanned!(here()=> |result| #any);
        }
        let any = if reasons.len() > 1 { quote_spanned!(here()=> (#any)) } else { any };
        quote_spanned!(here()=> |result| #any #(&& !#exceptions)*)
    }
}

fn patterns(listed: &Listed) -> impl Iterator<Item = TokenStream> + '_ {
    let none = listed.none.iter().map(|_| quote_spanned!(here()=> result.is_err()));
    none.chain(listed.patterns.iter().map(|(pattern, guard)| {
        let guard = guard.as_ref().map(|guard| quote_spanned!(here()=> if #guard));
        quote_spanned!(here()=> result.error(|error| ::core::matches!(error, #pattern #guard)))
    }))
}

/// What asks a value for its class, at the first class that is listed.
fn asked(method: &str, listed: &Listed) -> Ident {
    Ident::new(method, listed.classes.first().map_or_else(here, |class| here().located_at(class.span())))
}
