//! Too many new tickets at once.

use super::Engine;
use super::fixtures::*;
use crate::ledger::{Placement, Storm};
use std::time::Duration;

fn limited(problem: &str) -> Placement {
    let storm = Storm {
        max_new: 2,
        window: Duration::from_secs(60),
        problem: "storm".into(),
        group: vec![("storm".to_owned(), "production".to_owned())],
    };
    Placement { storm: Some(storm), ..to(problem) }
}

pub(crate) async fn a_storm_goes_to_one_ticket(engine: &impl Engine) {
    let ledger = engine.open().await;
    let alerts = ["a", "b", "c", "d"].map(|name| (fired(name, 1), vec![limited(name)]));
    ledger.accept(body(1, alerts.to_vec())).await.unwrap();
    send(&ledger, 2, fired("e", 2), &[limited("e")]).await;

    let keys: Vec<_> = tickets(&ledger).await.into_iter().map(|row| row.key).collect();
    assert_eq!(keys, [key("a", 1), key("b", 1), key("storm", 1)]);
    let claimed = claim(&ledger, 3).await;
    let storm = claimed.iter().find(|each| each.storm).unwrap();
    assert_eq!((storm.total, storm.firing, storm.members.len()), (3, 3, 3));
    assert_eq!(storm.group, [("storm".to_owned(), "production".to_owned())]);

    let ended = send(&ledger, 4, resolved(&fired("d", 1), 4), &[limited("d")]).await;
    assert_eq!(ended[0].key, key("storm", 1));
}

pub(crate) async fn a_storm_is_over_when_its_window_is(engine: &impl Engine) {
    let ledger = engine.open().await;
    for name in ["a", "b", "c"] {
        send(&ledger, 1, fired(name, 1), &[limited(name)]).await;
    }
    let later = send(&ledger, 62, fired("later", 62), &[limited("later")]).await;
    assert_eq!(later[0].key, key("later", 1));
}

pub(crate) async fn what_joins_a_ticket_is_no_storm(engine: &impl Engine) {
    let ledger = engine.open().await;
    for name in ["a", "b"] {
        send(&ledger, 1, fired(name, 1), &[limited(name)]).await;
    }
    let joins = send(&ledger, 2, fired("other-key", 2), &[limited("a")]).await;
    assert_eq!(joins[0].key, key("a", 1));
}
