//! The rules, by what they are about. A rule that is not listed here is dead code, and the compiler says so.

pub(crate) mod bounds;
pub(crate) mod changes;
pub(crate) mod claims;
pub(crate) mod contention;
pub(crate) mod reopening;
pub(crate) mod resolving;
pub(crate) mod review;
pub(crate) mod spaces;
pub(crate) mod steps;
pub(crate) mod takeovers;
pub(crate) mod times;

/// Every rule as a test: `run` takes a rule, and runs it on a store without keys; `contend` does so on several threads.
macro_rules! contract {
    ($run:ident, $contend:ident) => {
        contract!(@ $run, claims: [
            a_first_claim_runs,
            a_claim_that_is_sent_again_gets_the_same_run,
            somebody_else_is_told_to_wait_and_for_how_long,
            a_finished_key_is_replayed_byte_by_byte,
            another_fingerprint_is_a_mismatch_open_or_finished,
            fingerprints_of_two_rules_are_not_compared,
            scope_and_key_are_two,
            keys_and_scopes_of_any_allowed_text_are_kept_apart,
            what_cannot_be_asked_is_refused_and_leaves_nothing,
        ]);
        contract!(@ $run, takeovers: [
            an_open_key_whose_lease_is_over_is_interrupted,
            resume_runs_again_and_counts,
            resume_does_not_take_what_is_held_or_stands_for_something_else,
            who_lost_the_key_can_change_nothing,
            a_lease_that_nobody_took_can_still_be_finished,
            the_owner_itself_is_interrupted_after_its_lease,
            tokens_grow_from_holder_to_holder_and_never_start_again,
            tokens_grow_between_two_claims_at_one_moment,
            the_token_of_the_last_holder_is_told,
        ]);
        contract!(@ $run, changes: [
            an_extension_begins_the_lease_anew,
            a_release_ends_the_lease_and_leaves_the_key_open,
            a_forgotten_key_is_a_first_use,
            a_finish_that_is_sent_again_is_a_yes,
            a_finished_key_takes_no_other_change,
            a_key_that_is_not_there_is_lost,
            large_results_come_back_whole,
        ]);
        contract!(@ $run, bounds: [
            a_result_above_the_limit_is_refused_and_leaves_the_key_as_it_was,
            who_fills_its_share_is_refused_and_others_are_not,
        ]);
        contract!(@ $run, steps: [
            steps_are_found_by_the_next_run,
            the_last_step_of_a_name_counts,
            a_finished_key_has_no_steps,
        ]);
        contract!(@ $run, reopening: [
            a_finished_key_runs_again_with_its_result,
            a_key_that_is_unknown_or_over_is_opened_as_a_first_use,
            whose_merge_is_sent_again_gets_the_same_run,
            who_finished_it_does_not_open_it_by_a_late_claim,
            the_fingerprint_is_not_asked_and_stays_that_of_the_first_use,
            a_merge_that_was_left_open_begins_again_from_the_old_result,
            a_first_use_that_was_left_open_is_not_merged,
            a_forgotten_merge_leaves_the_old_result_for_as_long_as_it_had,
        ]);
        contract!(@ $run, times: [
            a_result_is_replayed_until_its_time_is_over_and_not_longer,
            a_lease_is_over_when_it_is,
            a_part_of_a_microsecond_is_a_whole_one,
            an_open_key_is_never_over,
        ]);
        contract!(@ $run, review: [
            keys_are_listed_with_their_state,
            a_key_is_read_whole,
            keys_are_listed_by_scope_key_and_state,
            every_key_is_on_one_page,
            an_evicted_key_is_a_first_use_and_its_holder_has_lost_it,
            only_finished_keys_that_are_over_are_purged,
            a_purge_beside_merges_takes_no_key_from_them,
        ]);
        contract!(@ $run, resolving: [
            an_interrupted_key_is_finished_as_it_is_said,
            what_it_was_resolved_with_is_kept_as_long_as_it_is_said,
            a_key_of_which_nothing_happened_is_a_first_use,
            who_held_a_resolved_key_has_lost_it,
            a_key_in_flight_is_resolved_by_force_alone,
            a_finished_key_is_not_resolved,
            the_result_of_an_operator_is_replaced_by_force_alone,
            a_restored_result_is_not_replaced,
            a_key_that_is_not_there_is_not_resolved,
            a_merge_of_which_nothing_happened_is_finished_as_it_was,
            a_merge_that_has_happened_has_the_new_result,
        ]);
        contract!(@ $run, spaces: [
            a_handler_may_use_the_key_of_its_request,
            accounts_and_keys_do_not_run_together,
            a_request_that_was_left_open_is_resolved_with_its_response,
            a_key_is_resolved_with_what_its_users_can_read,
        ]);
        contract!(@ $contend, contention: [
            of_many_claims_at_once_one_runs,
            of_many_takeovers_at_once_one_runs,
            of_many_merges_at_once_each_is_seen_once,
        ]);
    };
    (@ $run:ident, $about:ident: [$($rule:ident,)*]) => {
        mod $about {
            $(
                #[test]
                fn $rule() {
                    super::$run(async |case| crate::stores::rules::$about::$rule(case).await);
                }
            )*
        }
    };
}

pub(crate) use contract;
