//! Each message that names a fix: the fix applied to the failing case of the same name in `tests/ui`, and it compiles.
#![allow(dead_code, unused_variables, unused_must_use)] // the cases are never run
#![allow(clippy::all, clippy::pedantic)] // and are as short as the failing ones

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[path = "../../fixed/attempts/literal.rs"]
mod attempts_literal;
#[path = "../../fixed/attempts/unbounded.rs"]
mod attempts_unbounded;
#[path = "../../fixed/backoff/literal.rs"]
mod backoff_literal;
#[path = "../../fixed/body/moved.rs"]
mod body_moved;
#[path = "../../fixed/classes/except.rs"]
mod classes_except;
#[path = "../../fixed/classes/limit_spelling.rs"]
mod classes_limit_spelling;
#[path = "../../fixed/classes/limits.rs"]
mod classes_limits;
#[path = "../../fixed/classes/list.rs"]
mod classes_list;
#[path = "../../fixed/classes/overlaps.rs"]
mod classes_overlaps;
#[path = "../../fixed/classes/patterns.rs"]
mod classes_patterns;
#[path = "../../fixed/classes/syntax.rs"]
mod classes_syntax;
#[path = "../../fixed/classes/unknown.rs"]
mod classes_unknown;
#[path = "../../fixed/constants/argument.rs"]
mod constants_argument;
#[path = "../../fixed/constants/generic.rs"]
mod constants_generic;
#[path = "../../fixed/constants/number.rs"]
mod constants_number;
#[path = "../../fixed/constants/policy.rs"]
mod constants_policy;
#[path = "../../fixed/constants/several.rs"]
mod constants_several;
#[path = "../../fixed/constants/shared.rs"]
mod constants_shared;
#[path = "../../fixed/constants/status.rs"]
mod constants_status;
#[path = "../../fixed/constants/together.rs"]
mod constants_together;
#[path = "../../fixed/constants/type.rs"]
mod constants_type;
#[path = "../../fixed/constants/value.rs"]
mod constants_value;
#[path = "../../fixed/durations/attempt_timeouts.rs"]
mod durations_attempt_timeouts;
#[path = "../../fixed/durations/expression.rs"]
mod durations_expression;
#[path = "../../fixed/durations/literal.rs"]
mod durations_literal;
#[path = "../../fixed/effects/key.rs"]
mod effects_key;
#[path = "../../fixed/effects/types.rs"]
mod effects_types;
#[path = "../../fixed/effects/unproven.rs"]
mod effects_unproven;
#[path = "../../fixed/fallback/clone.rs"]
mod fallback_clone;
#[path = "../../fixed/fallback/literal.rs"]
mod fallback_literal;
#[path = "../../fixed/fallback/type.rs"]
mod fallback_type;
#[path = "../../fixed/half_typed/option.rs"]
mod half_typed_option;
#[path = "../../fixed/hedge/arguments.rs"]
mod hedge_arguments;
#[path = "../../fixed/hedge/consumed.rs"]
mod hedge_consumed;
#[path = "../../fixed/hedge/form.rs"]
mod hedge_form;
#[path = "../../fixed/hedge/literal.rs"]
mod hedge_literal;
#[path = "../../fixed/hedge/names.rs"]
mod hedge_names;
#[path = "../../fixed/hedge/together.rs"]
mod hedge_together;
#[path = "../../fixed/hooks/async_on_blocking.rs"]
mod hooks_async_on_blocking;
#[path = "../../fixed/hooks/async_path_on_blocking.rs"]
mod hooks_async_path_on_blocking;
#[path = "../../fixed/hooks/cancel.rs"]
mod hooks_cancel;
#[path = "../../fixed/hooks/closure.rs"]
mod hooks_closure;
#[path = "../../fixed/hooks/error.rs"]
mod hooks_error;
#[path = "../../fixed/hooks/fallback.rs"]
mod hooks_fallback;
#[path = "../../fixed/hooks/path.rs"]
mod hooks_path;
#[path = "../../fixed/hooks/predicate.rs"]
mod hooks_predicate;
#[path = "../../fixed/hooks/rejected_ok.rs"]
mod hooks_rejected_ok;
#[path = "../../fixed/hooks/result.rs"]
mod hooks_result;
#[path = "../../fixed/hooks/result_async.rs"]
mod hooks_result_async;
#[path = "../../fixed/idempotent/constants.rs"]
mod idempotent_constants;
#[path = "../../fixed/idempotent/key.rs"]
mod idempotent_key;
#[path = "../../fixed/idempotent/options.rs"]
mod idempotent_options;
#[path = "../../fixed/idempotent/target.rs"]
mod idempotent_target;
#[path = "../../fixed/idempotent/times.rs"]
mod idempotent_times;
#[path = "../../fixed/idempotent/types.rs"]
mod idempotent_types;
#[path = "../../fixed/idempotent/words.rs"]
mod idempotent_words;
#[path = "../../fixed/jitter/literal.rs"]
mod jitter_literal;
#[path = "../../fixed/limits/literal.rs"]
mod limits_literal;
#[path = "../../fixed/names/argument.rs"]
mod names_argument;
#[path = "../../fixed/names/receiver.rs"]
mod names_receiver;
#[path = "../../fixed/names/value.rs"]
mod names_value;
#[path = "../../fixed/readme/permanent.rs"]
mod readme_permanent;
#[path = "../../fixed/runtime/literal.rs"]
mod runtime_literal;
#[path = "../../fixed/runtime/options.rs"]
mod runtime_options;
#[path = "../../fixed/runtime/target.rs"]
mod runtime_target;
#[path = "../../fixed/runtime/type.rs"]
mod runtime_type;
#[path = "../../fixed/several/literal.rs"]
mod several_literal;
#[path = "../../fixed/several/together.rs"]
mod several_together;
#[path = "../../fixed/shared/borrow.rs"]
mod shared_borrow;
#[path = "../../fixed/shared/budget.rs"]
mod shared_budget;
#[path = "../../fixed/shared/configured.rs"]
mod shared_configured;
#[path = "../../fixed/shared/constant.rs"]
mod shared_constant;
#[path = "../../fixed/shared/constant_item.rs"]
mod shared_constant_item;
#[path = "../../fixed/shared/generic.rs"]
mod shared_generic;
#[path = "../../fixed/shared/limit_types.rs"]
mod shared_limit_types;
#[path = "../../fixed/shared/limits.rs"]
mod shared_limits;
#[path = "../../fixed/shared/number.rs"]
mod shared_number;
#[path = "../../fixed/shared/path.rs"]
mod shared_path;
#[path = "../../fixed/shared/stopped_breaker.rs"]
mod shared_stopped_breaker;
#[path = "../../fixed/shared/stopped_limit.rs"]
mod shared_stopped_limit;
#[path = "../../fixed/shared/types.rs"]
mod shared_types;
#[path = "../../fixed/shared/wait.rs"]
mod shared_wait;
#[path = "../../fixed/statuses/literal.rs"]
mod statuses_literal;
#[path = "../../fixed/target/alias.rs"]
mod target_alias;
#[path = "../../fixed/target/alias_async.rs"]
mod target_alias_async;
#[path = "../../fixed/target/borrow.rs"]
mod target_borrow;
#[path = "../../fixed/target/function.rs"]
mod target_function;
#[path = "../../fixed/target/future.rs"]
mod target_future;
#[path = "../../fixed/target/read_once.rs"]
mod target_read_once;
#[path = "../../fixed/target/twice.rs"]
mod target_twice;
#[path = "../../fixed/types/classes.rs"]
mod types_classes;
#[path = "../../fixed/types/classes_async.rs"]
mod types_classes_async;
#[path = "../../fixed/types/classes_except.rs"]
mod types_classes_except;
#[path = "../../fixed/types/classes_hook.rs"]
mod types_classes_hook;
#[path = "../../fixed/types/classes_question.rs"]
mod types_classes_question;
#[path = "../../fixed/types/clone.rs"]
mod types_clone;
#[path = "../../fixed/types/policy.rs"]
mod types_policy;
#[path = "../../fixed/types/policy_blocking.rs"]
mod types_policy_blocking;
#[path = "../../fixed/types/policy_timed.rs"]
mod types_policy_timed;
#[path = "../../fixed/types/stopped_cancel.rs"]
mod types_stopped_cancel;
#[path = "../../fixed/types/stopped_cancel_blocking.rs"]
mod types_stopped_cancel_blocking;
#[path = "../../fixed/types/stopped_policy.rs"]
mod types_stopped_policy;
#[path = "../../fixed/types/stopped_timeout.rs"]
mod types_stopped_timeout;
#[path = "../../fixed/types/value.rs"]
mod types_value;
#[path = "../../fixed/unknown/foreign.rs"]
mod unknown_foreign;
#[path = "../../fixed/unknown/nearest.rs"]
mod unknown_nearest;
#[path = "../../fixed/unknown/unnamed.rs"]
mod unknown_unnamed;

/// Cases for which the macro names no fix.
const WITHOUT: &[(&str, &str)] = &[
    ("body", "the compiler's own words on the user's own code"),
    ("classify", "the derive's; its messages stand in `classify_derive.rs`"),
    ("classes/retry_ok.rs", "the compiler's own words on a path that is not there"),
    ("constants/missing.rs", "the compiler's own words on a constant that is not there"),
    ("constants/outer_generic.rs", "the compiler's own words: the macro does not see the parameters of an impl"),
    ("half_typed/body.rs", "the compiler's own words on the user's own code"),
    ("half_typed/function.rs", "the compiler's own words on an open parenthesis"),
    ("target/item.rs", "remove the attribute"),
];

fn files(root: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for folder in fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()) {
        for file in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_some_and(|extension| extension == "rs") {
                found.insert(file.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found
}

/// The names of the functions and items in a source.
fn functions(source: &str) -> BTreeSet<&str> {
    let names = source.split(" fn ").chain(source.split("\nfn ")).skip(1);
    names.filter_map(|rest| rest.split(['(', '<']).next()).filter(|name| is_name(name) && *name != "main").collect()
}

fn is_name(text: &str) -> bool {
    text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

#[test]
fn each_failing_case_has_its_fix() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (failing, fixed) = (files(&root.join("ui")), files(&root.join("fixed")));
    for case in &failing {
        if WITHOUT.iter().any(|(name, _)| case.starts_with(name)) && !fixed.contains(case) {
            continue;
        }
        assert!(fixed.contains(case), "ui/{case} has no twin in fixed/, nor a reason in this list");
        let sources = ["ui", "fixed"].map(|folder| fs::read_to_string(root.join(folder).join(case)).unwrap());
        for name in functions(&sources[0]) {
            assert!(functions(&sources[1]).contains(name), "`{name}` of ui/{case} has no fix");
        }
    }
    let here = include_str!("fixes.rs");
    for case in &fixed {
        assert!(failing.contains(case), "fixed/{case} mends nothing");
        assert!(here.contains(&format!("fixed/{case}")), "fixed/{case} is not compiled");
    }
}
