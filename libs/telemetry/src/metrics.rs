//! Numbers about a process, as Prometheus reads them. Whoever counts uses the `metrics` macros; this keeps the sums and writes the page.
//! Knows neither the names nor how the page is served.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

static PAGE: OnceLock<PrometheusHandle> = OnceLock::new();

/// The page's media type (Prometheus text format 0.0.4).
pub const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Upper bounds of what takes time, in seconds: names end in `_seconds`.
const SECONDS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Begins to count, once per process; every number bears the service's name. A later call changes nothing.
pub(crate) fn install(service: &'static str) {
    let builder = PrometheusBuilder::new()
        .add_global_label("service", service)
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS);
    let Ok(builder) = builder else { unreachable!("the bounds are not empty") };
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_ok() && PAGE.set(handle).is_err() {
        tracing::error!("somebody else keeps the numbers of this process");
    }
}

/// Everything counted so far; empty when this process does not count.
#[must_use]
pub fn page() -> String {
    PAGE.get().map_or_else(String::new, |handle| {
        handle.run_upkeep();
        handle.render()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_stands_on_the_page_with_its_help_and_its_service() {
        install("here");
        install("elsewhere");
        metrics::describe_counter!("cups.filled", "Cups that were filled.");
        metrics::counter!("cups.filled", "size" => "large").increment(2);
        metrics::histogram!("cups.filled_seconds").record(0.02);
        let page = page();
        for line in [
            "# HELP cups_filled Cups that were filled.",
            r#"cups_filled{service="here",size="large"} 2"#,
            r#"cups_filled_seconds_bucket{service="here",le="0.025"} 1"#,
        ] {
            assert!(page.contains(line), "{line} in {page}");
        }
    }
}
