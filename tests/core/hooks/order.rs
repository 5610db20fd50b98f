//! Deliveries come twice, late, in any order, and many at once.

use super::{Hooked, below, envelope, is};
use latchkey_edge::store::sql::Sql;
use latchkey_shared::limits::{EVENTS_PER_DELIVERY, HOOK_DELIVERIES_PER_MINUTE};

#[test]
fn an_event_that_comes_twice_acts_once() {
    let hooked = Hooked::new();
    let event = hooked.event("system.api_token.revoke");
    hooked.deliver(&[event.clone(), event.clone()]);
    assert_eq!(hooked.health().0, "needs_new_key");
    assert_eq!(hooked.check().status, 200);
    assert_eq!(hooked.health(), is("healthy", "", false));
    hooked.deliver(std::slice::from_ref(&event));
    assert_eq!(hooked.health(), is("healthy", "", false));
    // After a day it is forgotten, and too old to count.
    hooked.scenario.platform.wait(25 * 3600);
    hooked.scenario.platform.sweep_all();
    let object = hooked.scenario.platform.index.object(hooked.scenario.target());
    assert!(!object.exists("SELECT 1 FROM hook_events", &[]).unwrap());
    hooked.deliver(&[event]);
    assert_eq!(hooked.health(), is("healthy", "", true));
}

#[test]
fn a_late_event_never_overrides_what_is_newer() {
    let minutes = |count: i64| count * 60_000;
    // Before the credential was stored: it was about another one.
    let hooked = Hooked::new();
    hooked.deliver(&[hooked.event_at("system.api_token.revoke", hooked.now() - minutes(120))]);
    assert_eq!(hooked.health(), is("healthy", "", false));
    // Before a check that the provider accepted: a check finds out.
    let hooked = Hooked::new();
    let late = hooked.event_at("user.lifecycle.deactivate", hooked.now());
    hooked.scenario.platform.wait(60);
    assert_eq!(hooked.check().status, 200);
    hooked.deliver(&[late]);
    assert_eq!(hooked.health(), is("healthy", "", true));
    // Suspended, and not anymore.
    let both = |hooked: &Hooked| {
        let now = hooked.now();
        let suspended = hooked.event_at("user.lifecycle.suspend", now - minutes(2));
        (suspended, hooked.event_at("user.lifecycle.unsuspend", now - minutes(1)))
    };
    let hooked = Hooked::new();
    let (suspended, over) = both(&hooked);
    hooked.deliver(&[over]);
    hooked.deliver(&[suspended]);
    assert_eq!(hooked.health(), is("healthy", "", true), "in two deliveries, the later one first");
    let hooked = Hooked::new();
    let (suspended, over) = both(&hooked);
    hooked.deliver(&[over, suspended]);
    assert_eq!(hooked.health(), is("healthy", "", true), "in one delivery");
    let hooked = Hooked::new();
    let (suspended, over) = both(&hooked);
    hooked.deliver(&[suspended]);
    assert_eq!(hooked.health(), is("blocked", "account_inactive", false));
    hooked.deliver(&[over]);
    assert_eq!(hooked.health(), is("blocked", "account_inactive", true), "a check finds out");
    assert_eq!(hooked.check().status, 200);
    assert_eq!(hooked.health(), is("healthy", "", false));
    // A key that has ended does not come back by an older event, nor by one of another kind.
    let hooked = Hooked::new();
    let (suspended, over) = both(&hooked);
    hooked.deliver(&[hooked.event("system.api_token.revoke")]);
    hooked.deliver(&[suspended, over, hooked.event("user.account.privilege.grant")]);
    assert_eq!(hooked.health(), is("needs_new_key", "key_rejected", false));
}

#[test]
fn many_deliveries_ask_for_one_check() {
    let hooked = Hooked::new();
    for number in 0..300 {
        hooked.deliver(&[hooked.event_at("user.account.privilege.grant", hooked.now() - number)]);
    }
    assert_eq!(hooked.health(), is("healthy", "", true));
    let asked = hooked.scenario.platform.live.seen().len();
    let events: Vec<_> =
        (0..=EVENTS_PER_DELIVERY as i64).map(|at| hooked.event_at("a.b", hooked.now() - at)).collect();
    hooked.deliver(&events);
    assert_eq!(hooked.scenario.platform.live.seen().len(), asked, "a delivery asks the provider nothing");
    let body = envelope(&[hooked.event("user.account.lock")]);
    let statuses: Vec<_> =
        (0..HOOK_DELIVERIES_PER_MINUTE).map(|_| hooked.post(&hooked.secret, &body).status).collect();
    assert_eq!((statuses.first(), statuses.last()), (Some(&204), Some(&429)));
}

#[test]
fn the_newest_event_wins_in_every_order() {
    let kinds = [
        ("system.api_token.revoke", "needs_new_key"),
        ("user.lifecycle.suspend", "blocked"),
        ("user.lifecycle.unsuspend", "healthy"),
        ("user.account.privilege.grant", "healthy"),
    ];
    let mut state = 1;
    for round in 0..24 {
        let hooked = Hooked::new();
        let now = hooked.now();
        let mut events: Vec<_> = (0..1 + below(4, &mut state))
            .map(|at| (kinds[below(4, &mut state)], now - 60_000 * at as i64))
            .collect();
        let strong = events.iter().filter(|((kind, _), _)| *kind != "user.account.privilege.grant");
        let newest = strong.map(|((_, to), _)| *to).next().unwrap_or("healthy");
        let ended = events.iter().any(|((kind, _), _)| *kind == "system.api_token.revoke");
        for at in (1..events.len()).rev() {
            events.swap(at, below(at + 1, &mut state));
        }
        // Some come twice.
        events.extend_from_within(..below(events.len() + 1, &mut state));
        for ((kind, _), at) in &events {
            hooked.deliver(&[hooked.event_at(kind, *at)]);
        }
        let (found, _, soon) = hooked.health();
        let case = format!("round {round}: {events:?}");
        match newest {
            "needs_new_key" => assert_eq!(found, "needs_new_key", "{case}"),
            // What is older leaves no trace without a check that finds out.
            "blocked" => {
                assert!(found == "blocked" || (ended && found == "needs_new_key"), "{case}: {found}")
            }
            _ => assert!(found == "healthy" || soon, "{case}: {found}"),
        }
    }
}
