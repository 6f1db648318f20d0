//! Third stage: prints the function.
//!
//! Every token of ours is made at mixed site, so our locals and those of the body do not see each other. The user's
//! tokens keep their places.

mod budget;
mod classes;
mod docs;
mod effects;
mod fallback;
mod guards;
mod hedge;
mod hooks;
mod injection;
mod limits;
mod operation_name;
mod policy;
mod predicate;
mod registration;
mod runtime;
mod self_arg;
mod settings;
mod track_caller;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;

use crate::emit::Emitter;
use crate::emit::tokens::{Tokens, at, here, nothing, some};
use crate::retry::model::{Model, PolicyBase};
use crate::retry::registration::Registration;
use crate::syntax::function::{Function, Shape};
use crate::syntax::return_type;

/// Prints the retried function.
///
/// It is registered for the policy review and for settings if `registration` says so.
///
/// ```text
/// fn quote(id: &str) -> R { BODY }
///
/// fn quote(id: &str) -> R {
///     let policy = ..;                            (values that are evaluated once per call)
///     let mut call = { static OPERATION: .. };
///     loop { .. BODY .. }
/// }
/// ```
pub(crate) fn expand(mut model: Model, mut function: Function, registration: Registration) -> TokenStream {
    model.has_settings = registration.has_settings;
    // The body changes its copy of a `mut` argument, not the argument.
    let changed = model.clone.iter().filter(|name| function.remove_mut(name)).cloned().collect();
    let Function { attributes, visibility, defaultness, signature, body } = &function;
    let Some(body) = body else { return TokenStream::new() };
    let docs = docs::section(&model, &function);
    self_arg::rename(&mut model);
    let content = match &model.shape {
        Shape::Async => Printer::new(&model, &function, changed, body.stream()).print(registration),
        Shape::Blocking => {
            let (caller, body) = track_caller::moved_out(&function, body.stream());
            let printed = Printer::new(&model, &function, changed, body).print(registration);
            quote_spanned!(here()=> #caller #printed)
        }
        Shape::Future(block) => {
            let moves = &block.moves;
            let printed = Printer::new(&model, &function, changed, block.body.clone()).print(registration);
            block.replace_content(quote_spanned!(here()=> #moves #printed))
        }
    };
    let mut block = Group::new(Delimiter::Brace, content);
    // At a place of ours, so that lints of the shape of a body skip the expansion.
    block.set_span(here().located_at(body.span()));
    quote_spanned!(here()=> #(#attributes)* #docs #visibility #defaultness #signature #block)
}

/// Everything from which the parts of the body are printed.
struct Printer<'a> {
    model: &'a Model,
    function: &'a Function,
    emitter: Emitter,
    /// The type of an attempt's result.
    outcome: TokenStream,
    /// The cloned arguments that are `mut`.
    changed: Vec<Ident>,
    body: TokenStream,
}

impl<'a> Printer<'a> {
    fn new(model: &'a Model, function: &'a Function, changed: Vec<Ident>, body: TokenStream) -> Self {
        let emitter = Emitter::new(model.crate_path.as_ref(), "retry_runtime", model.written.clone());
        let outcome = return_type::inferable(&model.outcome).into_token_stream();
        Self { model, function, emitter, outcome, changed, body }
    }

    fn print(mut self, registration: Registration) -> TokenStream {
        let locals = some(self.locals());
        let call = self.call(registration);
        let attempts = self.attempts();
        quote_spanned!(here()=> #locals #call #attempts)
    }

    /// Prints the values that are evaluated once per call, before it begins.
    ///
    /// ```text
    /// policy = self.retry, deadline = patience, cancel = token.cancelled()
    ///
    /// let policy = AsPolicy::to_policy(&self.retry);
    /// let deadline: Duration = patience;
    /// let cancel = pin!(IntoFuture::into_future(token.cancelled()));
    /// ```
    fn locals(&mut self) -> TokenStream {
        let model = self.model;
        let mut locals = TokenStream::new();
        if let PolicyBase::PerCall(expr) = &model.base {
            // Beside an option that asks for `From<Stopped>`, the policy must not ask a second time.
            let copied = if model.takes_timed_policy() { "to_timed" } else { "to_policy" };
            let (runtime, copied) = (self.emitter.runtime(), Ident::new(copied, here()));
            let copied = at(quote_spanned!(here()=> #runtime::AsPolicy::#copied), expr.span());
            let policy = quote_spanned!(here()=> #copied(&#expr));
            let policy = policy::setters(policy.into(), model, &mut self.emitter);
            let policy = self.emitter.with_constants(policy.into());
            locals.extend(quote_spanned!(here()=> let policy = #policy;));
        }
        for (name, limit) in [("deadline", &model.limits.deadline), ("attempt_timeout", &model.limits.attempt_timeout)]
        {
            if let Some(expr) = limit.as_ref().and_then(|given| given.value.per_call()) {
                let name = Ident::new(name, here());
                locals.extend(quote_spanned!(here()=> let #name: ::core::time::Duration = #expr;));
            }
        }
        locals.extend(budget::local(&model.guards));
        locals.extend(guards::locals(&model.guards));
        locals.extend(effects::local(&model.effects, &self.emitter));
        locals.extend(fallback::local(model, &self.emitter));
        if let Some(cancel) = &model.cancel {
            let cancel = &cancel.value;
            locals.extend(if model.is_async() {
                quote_spanned!(here()=> let cancel = ::core::pin::pin!(::core::future::IntoFuture::into_future(#cancel));)
            } else {
                quote_spanned!(here()=> let cancel = #cancel;)
            });
        }
        locals
    }

    /// Prints the operation's `static` and the call.
    ///
    /// They have a block of their own, because an item would be visible to the body.
    ///
    /// ```text
    /// let mut call = {
    ///     use ::retry_runtime::__private::*;
    ///     static OPERATION: Operation = Operation::new("shop::quote", Policy::new()..);
    ///     OPERATION.typed::<R>().begin()
    /// };
    /// ```
    fn call(&mut self, registration: Registration) -> Tokens {
        let (model, function) = (self.model, self.function);
        let (outcome, body) = (&self.outcome, &self.body);
        let place = here().located_at(model.outcome.span());
        let begin = Ident::new(if model.is_async() { "begin" } else { "begin_blocking" }, place);
        let block = self.emitter.block(model.operation_tokens(outcome), |emitter| {
            let policy = policy::policy(model, emitter);
            let budget = budget::item(&model.guards, emitter);
            let concurrency = limits::item(&model.guards, emitter);
            let hedge = hedge::item(&model.guards, emitter);
            let operation = Ident::new(&emitter.unused_name("OPERATION"), here());
            let new = emitter.item("Operation").tokens();
            let arguments = operation_name::print(model, function).sign(",").then(policy.value);
            let items = policy.items.into_iter().chain(budget).chain(concurrency).chain(hedge).flatten();
            let print = |emitter| registration::statement(model, function, body, &operation, registration, emitter);
            let review = registration.is_needed().then(|| print(emitter));
            let injectable = registration.is_injectable.then(|| injection::Injectable::new(&model.outcome, function));
            let known = injectable.as_ref().map(|injectable| injectable.statement(function, &operation, emitter));
            let item = Tokens::default().then(items).word("static").ident(&operation).sign(":").then(new.clone());
            let item = item.sign("=").then(new).sign("::").word("new").parentheses(arguments);
            let item = item
                .then(guards::setters(&model.guards, emitter))
                .then(settings::timeout_per_call(model))
                .sign(";")
                .then(review.into_iter().chain(known).flatten());
            let typed = item.ident(&operation).sign(".").word("typed").sign("::").sign("<").then(outcome.clone());
            let typed = typed.sign(">").parentheses(nothing());
            let settings = settings::settings(model, policy.constant.as_ref(), emitter);
            let call = match &model.runtime {
                Some(runtime) => typed.then(runtime::begin_on(runtime, emitter)),
                None => typed.sign(".").ident(&begin),
            };
            let call = call.parentheses(nothing());
            call.then(injectable.iter().flat_map(injection::Injectable::setting)).then(settings)
        });
        Tokens::default().word("let").word("mut").word("call").sign("=").braces(block).sign(";")
    }

    /// Prints the loop over the attempts.
    ///
    /// ```text
    /// fallback = F
    ///
    /// let outcome = loop { .. };
    /// call.fallback(outcome, F)
    /// ```
    fn attempts(&mut self) -> TokenStream {
        let attempt = if self.has_steps() { self.attempt_in_steps() } else { self.attempt() };
        let fresh = some(self.fresh_values());
        let admission = limits::admission(&self.model.guards, self.model.is_async());
        let attempts = quote_spanned!(here()=> loop { #admission #fresh #attempt });
        match &self.model.fallback {
            None => attempts,
            Some(fallback) => {
                let answer = fallback::answer(fallback, self.model, &self.emitter);
                quote_spanned!(here()=> let outcome = #attempts; #answer)
            }
        }
    }

    /// Returns whether attempt, decision and delay are separate statements.
    ///
    /// They are for a hook between them, for predicates that name an argument, which the body may borrow, and for a hedge.
    fn has_steps(&self) -> bool {
        self.model.on_retry.is_some() || self.model.predicates_use_arguments || self.has_hedge()
    }

    fn has_hedge(&self) -> bool {
        self.model.guards.hedge.is_some()
    }

    /// Prints the values that each attempt gets anew.
    ///
    /// ```text
    /// context = attempt, clone(request)
    ///
    /// let attempt = &call.context();
    /// let request @ _ = Clone::clone(&request);
    /// ```
    ///
    /// `@ _` gives the pattern a place of ours: lints of shadowed names skip it.
    fn fresh_values(&self) -> TokenStream {
        let mut fresh = TokenStream::new();
        if let Some(context) = &self.model.context {
            let method = Ident::new(if self.has_hedge() { "hedged_context" } else { "context" }, here());
            fresh.extend(quote_spanned!(here()=> let #context = &call.#method();));
        }
        if !self.has_hedge() {
            fresh.extend(self.clones());
        }
        fresh
    }

    /// Prints the copies of arguments: `let request @ _ = Clone::clone(&request);`.
    fn clones(&self) -> TokenStream {
        let mut fresh = TokenStream::new();
        for name in &self.model.clone {
            let mutability = self.changed.contains(name).then(|| quote_spanned!(here()=> mut));
            let cloned = at(quote_spanned!(here()=> ::core::clone::Clone::clone), name.span());
            fresh.extend(quote_spanned!(here()=> let #mutability #name @ _ = #cloned(&#name);));
        }
        fresh
    }

    /// Prints attempt, decision and delay as one statement.
    ///
    /// ```text
    /// if let Some(outcome) = call.attempt(async { BODY }).await {
    ///     break outcome;
    /// }
    /// ```
    fn attempt(&mut self) -> TokenStream {
        let name = if self.model.has_attempt_timeout() { "attempt_with_timeout" } else { "attempt" };
        let (attempt, body, predicate) =
            (self.method(name), self.attempt_body(), predicate::predicate(self.model, &mut self.emitter));
        // The whole attempt is located at its method, so that an unmet bound is reported there, and once.
        let span = attempt.span();
        let wait = self.awaited(span);
        let mut arguments = Group::new(Delimiter::Parenthesis, quote_spanned!(here()=> #body #predicate));
        arguments.set_span(span);
        let attempt = quote_spanned!(span=> call.#attempt #arguments #wait);
        quote_spanned!(here()=>
            if let ::core::option::Option::Some(outcome) = #attempt {
                break outcome;
            }
        )
    }

    /// Prints attempt, decision, hook and delay one after the other.
    ///
    /// ```text
    /// let finished = call.run(async { BODY }).await;
    /// let decision = call.decide(finished);
    /// let hook_result = decision.on_retry(HOOK);
    /// if let Some(outcome) = call.wait(decision, hook_result).await {
    ///     break outcome;
    /// }
    /// ```
    fn attempt_in_steps(&mut self) -> TokenStream {
        let decided = self.decided();
        let hook = self.model.on_retry.as_ref();
        let called = hook.map(|hook| {
            let called = hooks::on_retry(hook, self.model.retry_ok.is_some());
            quote_spanned!(here()=> let hook_result = #called;)
        });
        // An error in the type of the hook's result is reported at the hook, and once, although the delay is awaited.
        let place = hook.map_or_else(here, |hook| here().located_at(hook.expr.span()));
        let result = hook.map_or(quote_spanned!(place=> ()), |_| quote_spanned!(place=> hook_result));
        let awaited = self.awaited(place);
        let waited = quote_spanned!(place=> call.wait(decision, #result) #awaited);
        quote_spanned!(here()=>
            #decided
            #called
            if let ::core::option::Option::Some(outcome) = #waited {
                break outcome;
            }
        )
    }

    /// Prints the attempt and the decision.
    ///
    /// With a hedge the attempt knows what is retried, because it goes on while a hedge fails.
    ///
    /// ```text
    /// let finished = call.run(async { BODY }).await;
    /// let decision = call.decide(finished);
    ///
    /// let finished = call.run_hedged(|| async { BODY }).await;
    /// let decision = call.decide_hedged(finished);
    /// ```
    fn decided(&mut self) -> TokenStream {
        let (body, predicate) = (self.attempt_body(), predicate::predicate(self.model, &mut self.emitter));
        let wait = self.awaited(here());
        if self.has_hedge() {
            let run = self.method("run_hedged");
            return quote_spanned!(here()=>
                let finished = call.#run(|| #body #predicate) #wait;
                let decision = call.decide_hedged(finished);
            );
        }
        let run = if self.model.has_attempt_timeout() { "run_with_timeout" } else { "run" };
        let (run, decide) = (Ident::new(run, here()), self.method("decide"));
        quote_spanned!(here()=>
            let finished = call.#run(#body) #wait;
            let decision = call.#decide(finished #predicate);
        )
    }

    /// Prints the values of an attempt inside its body, if a hedge may run beside it.
    fn values_inside(&self) -> Option<TokenStream> {
        let clones = self.has_hedge().then(|| self.clones())?;
        let context = self.model.context.as_ref();
        let context = context.map(|context| quote_spanned!(here()=> let #context = &#context.current();));
        Some(quote_spanned!(here()=> #context #clones))
    }

    /// Prints `name`, or `name_if` beside a predicate.
    ///
    /// It is located at the first class, where an error type without classes is reported.
    fn method(&self, name: &str) -> Ident {
        if self.model.has_predicate() {
            Ident::new(&format!("{name}_if"), here())
        } else {
            Ident::new(name, here().located_at(self.model.class_span()))
        }
    }

    /// Prints the body of an attempt.
    ///
    /// The `return` that never runs gives `?` and `return` in an async body their type.
    ///
    /// ```text
    /// async { if false { return never::<R>(); } BODY }      (async)
    /// || -> R { BODY }                                      (blocking)
    /// key.scope(async { .. })                               (with an idempotency key)
    /// ```
    fn attempt_body(&self) -> TokenStream {
        let (outcome, body, effects) = (&self.outcome, &self.body, &self.model.effects);
        if self.model.is_async() {
            let (never, values) = (self.emitter.item("never"), self.values_inside());
            let body = quote_spanned!(here()=> async {
                if false {
                    return #never::<#outcome>();
                }
                #values
                #body
            });
            return effects::key_scope(effects, body, "scope");
        }
        let body = quote_spanned!(here()=> || -> #outcome { #body });
        if effects.key.is_none() {
            return body;
        }
        let keyed = effects::key_scope(effects, body, "scope_blocking");
        quote_spanned!(here()=> || #keyed)
    }

    fn awaited(&self, span: Span) -> Option<TokenStream> {
        self.model.is_async().then(|| quote_spanned!(span=> .await))
    }
}
