//! The chaos scenario of webhooks, short: see `make chaos SCENARIO=webhooks` for the whole.

use std::time::Duration;

use pullwright_chaos::scenario::webhooks::{self, Options};

use crate::system::logs;

#[tokio::test(flavor = "multi_thread")]
async fn after_a_storm_of_deaths_and_spoilt_deliveries_everything_agrees_with_github() {
    let options = Options {
        events: 300,
        per_second: 60.0,
        pull_requests: 40,
        kills: 2,
        sweep_every: Duration::from_secs(5),
        is_told: false,
        ..Options::new(5, logs("storm"))
    };

    let report = webhooks::run(&options).await.unwrap();

    assert!(report.all_hold(), "{}", report.table());
}
