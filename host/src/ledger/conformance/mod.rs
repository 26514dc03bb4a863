//! What every engine of the ledger must do, one behaviour a test.
//!
//! An engine joins with [`Engine`] and one line of [`conformance!`]; the behaviours know only the trait.

pub(crate) mod bodies;
pub(crate) mod duplicates;
mod fixtures;
pub(crate) mod leases;
pub(crate) mod membership;
pub(crate) mod monitors;
pub(crate) mod nearby;
pub(crate) mod operator;
pub(crate) mod order;
pub(crate) mod records;
pub(crate) mod renewals;
pub(crate) mod retention;
pub(crate) mod saves;
pub(crate) mod sharing;
pub(crate) mod storms;

use super::{Ledger, Store};
use std::sync::Arc;

/// A place for one test's ledger.
pub(crate) trait Engine: Send + Sync + Sized {
    /// A new, empty place.
    async fn fresh() -> Self;

    /// A handle on it; each is as another process would have it.
    async fn store(&self) -> Store;

    /// Its alerts and tickets.
    async fn open(&self) -> Arc<dyn Ledger> {
        self.store().await.ledger
    }
}

/// Makes a test of each behaviour, for one engine.
macro_rules! conformance {
    ($engine:ty) => {
        crate::ledger::conformance::conformance! { $engine;
            duplicates {
                a_known_observation_changes_nothing,
                an_observation_twice_in_one_body_is_one,
                observations_of_one_id_and_moment_are_two_where_their_keys_are,
                a_byte_identical_body_gets_the_first_receipt_for_ten_minutes,
                a_byte_identical_body_is_kept_once_whoever_recorded_its_observations,
                a_body_is_another_one_from_another_source,
                twins_in_one_group_are_one,
                a_body_that_decodes_now_takes_its_undecoded_twins_place,
                a_body_whose_plugin_fails_now_leaves_the_quarantine,
                what_no_route_took_is_dropped_beside_what_one_took,
            }
            order {
                a_late_resolved_of_an_older_episode_ends_nothing,
                a_resolved_whose_fired_was_never_seen_makes_nothing,
                a_firing_after_its_own_resolved_makes_a_resolved_ticket,
                a_late_observation_of_an_episode_that_ended_with_its_ticket_makes_nothing,
                at_one_moment_resolved_is_last,
                what_is_not_greater_raises_nothing,
                a_late_firing_shows_the_greatest_that_each_resource_has,
                any_order_and_doubling_ends_in_the_same_members,
            }
            membership {
                a_firing_makes_a_ticket_that_is_due,
                members_go_to_their_ticket_whatever_the_routes_say,
                another_connection_gets_a_ticket_of_its_own,
                of_one_problem_the_first_placement_counts,
                two_problems_of_one_connection_get_a_ticket_each,
                a_group_lists_its_keys,
                a_change_of_severity_is_told,
                a_hold_keeps_a_ticket_from_workers_whatever_comes,
                what_no_route_matches_is_unrouted,
                again_routes_what_was_unrouted,
                split_tickets_are_for_one_resource_each,
                a_resolved_is_for_all_resources,
                the_next_ticket_of_a_problem_names_the_last,
                texts_of_any_kind_are_kept_apart_and_come_back,
            }
            nearby {
                what_fires_elsewhere_is_found_and_nothing_else,
                no_more_neighbours_are_found_than_asked_for,
                observations_are_sighted_once,
                only_the_latest_observations_are_looked_through,
                a_very_long_alert_is_not_sighted,
                open_tickets_are_those_that_people_see_open_while_something_fires,
                a_change_counts_while_it_may_be_under_way,
                a_window_is_there_until_it_ends,
            }
            storms {
                a_storm_goes_to_one_ticket,
                a_storm_is_over_when_its_window_is,
                what_joins_a_ticket_is_no_storm,
            }
            leases {
                a_claim_gives_all_that_a_plan_needs,
                a_claim_tells_of_firing_members_that_are_too_many_to_list,
                worst_severity_first_then_oldest,
                a_held_ticket_is_nobody_elses,
                a_lease_that_ran_out_is_taken_over,
                a_late_worker_loses,
                an_extended_lease_is_kept,
                only_the_asked_connections_are_claimed,
                waiters_wake_when_something_comes,
                waiters_wake_when_something_is_due,
            }
            saves {
                a_save_puts_a_ticket_to_rest,
                what_came_meanwhile_is_due_at_once,
                nothing_is_due_before_not_before,
                attempts_and_entries_are_told_in_order,
                a_lease_may_be_kept_over_a_save,
                a_parked_ticket_waits_for_a_person_while_its_alerts_go_on,
                an_ended_ticket_takes_no_more_saves,
            }
            renewals {
                a_renewal_moves_the_members,
                a_renewal_needs_an_end_and_the_next_key,
                keys_are_never_used_again,
                an_end_that_does_not_know_of_the_newest_alert_is_none,
            }
            records {
                a_page_is_kept_with_its_cursor,
                one_gateway_leads,
                a_sink_is_given_records_and_events,
                what_a_sink_did_not_confirm_comes_again,
                a_sink_is_given_no_more_than_it_can_hold,
                what_is_refused_waits_for_the_operator,
                a_ticket_that_people_changed_is_looked_at,
                a_change_in_the_second_of_our_own_write_is_looked_at,
            }
            monitors {
                a_ticket_is_shown_at_its_alerts_once_a_state,
                what_can_t_be_told_now_is_due_later_and_what_never_can_is_said,
                an_alert_that_joins_is_shown_and_one_that_is_over_is_told_of_the_end,
                other_sources_alerts_are_not_told_of,
                who_does_not_lead_writes_nothing,
                facts_are_asked_for_once_an_episode,
                facts_reach_the_next_claim_and_end_the_wait,
                a_hold_of_the_route_is_not_ended,
                what_has_fired_for_long_is_listed_until_it_was_asked_about,
                what_was_forgotten_is_said_once,
            }
            operator {
                retry_takes_up_a_parked_ticket,
                a_parked_ticket_is_not_looked_at_again,
                dropping_a_ticket_ends_it,
                a_dropped_alert_is_out_of_sight,
                counts_are_of_everything,
                open_connections_are_counted,
                adapters_are_remembered,
                lists_can_be_narrowed,
            }
            bodies {
                a_body_is_kept_as_it_was_posted,
                an_empty_body_is_kept_too,
                the_quarantine_of_a_source_is_bounded,
                decoding_again_empties_the_quarantine,
                an_observation_may_be_decoded_again_under_another_key,
                a_payload_that_is_a_part_comes_back_too,
            }
            retention {
                old_bodies_go_and_take_payloads_along,
                bodies_that_are_no_alerts_wait_for_the_operator,
                what_a_ticket_needs_stays_while_it_has_not_ended,
                alerts_that_no_ticket_needs_go,
                an_old_ended_ticket_goes_with_all_that_was_its_own,
                a_key_is_not_used_again_after_its_ticket_has_gone,
                what_sinks_have_not_taken_stays,
                a_sink_out_of_use_holds_nothing_back,
                old_records_and_refusals_go,
                a_large_ticket_goes_by_parts,
                a_full_ledger_takes_no_alerts_and_lets_workers_write,
            }
            sharing {
                many_at_once_are_all_kept,
                one_problem_gets_one_ticket_from_two_handles,
                two_handles_never_hold_one_ticket,
                what_was_accepted_is_there_after_opening_again,
            }
        }
    };
    ($engine:ty; $($file:ident { $($name:ident),+ $(,)? })+) => {
        $(mod $file {
            use crate::ledger::conformance::Engine as _;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    let engine = <$engine>::fresh().await;
                    crate::ledger::conformance::$file::$name(&engine).await;
                }
            )+
        })+
    };
}
pub(crate) use conformance;
