//! Which pages are measured: every filter with every order, and some filters together.

use uuid::Uuid;

use super::fill::Named;

/// A list of the ledger.
#[derive(Debug, Clone, Copy)]
pub(super) enum List {
    Proposals {
        include_superseded: bool,
    },
    Studies,
    /// Of this proposal.
    Events(Uuid),
}

impl List {
    pub(super) fn table(self) -> &'static str {
        match self {
            Self::Proposals { .. } => "proposals",
            Self::Studies => "studies",
            Self::Events(_) => "events",
        }
    }

    fn orders(self) -> &'static [&'static str] {
        match self {
            Self::Proposals { .. } => &[
                "created_at desc",
                "created_at asc",
                "status desc",
                "status asc",
                "pr_state desc",
                "pr_state asc",
            ],
            Self::Studies => &["created_at desc", "created_at asc", "name desc", "name asc"],
            Self::Events(_) => &["created_at asc", "created_at desc"],
        }
    }
}

/// A list with a filter and an order.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) list: List,
    /// How the table calls it.
    pub(super) name: &'static str,
    /// As the caller writes it.
    pub(super) filter: String,
    /// The same rows in SQL.
    pub(super) condition: String,
    pub(super) order_by: &'static str,
}

impl Case {
    /// The column of the order.
    pub(super) fn key(&self) -> &'static str {
        self.order_by.split(' ').next().unwrap_or_default()
    }

    /// The order in SQL.
    pub(super) fn order_sql(&self) -> String {
        let descends = self.order_by.ends_with("desc");
        match (self.list, descends) {
            (List::Events(_), true) => "id DESC".to_owned(),
            (List::Events(_), false) => "id".to_owned(),
            (_, true) => format!("{} DESC NULLS LAST, id DESC", self.key()),
            (_, false) => format!("{} NULLS FIRST, id DESC", self.key()),
        }
    }
}

/// All cases.
pub(super) fn all(named: &Named) -> Vec<Case> {
    let Named { cluster, template, repository, study, since, busy } = named;
    let shown = "status <> 'superseded'";
    let live = "id IN (SELECT proposal_id FROM live_proposals)";
    let listed = List::Proposals { include_superseded: false };
    let by = |name, filter: String, condition: String| {
        (listed, name, filter, format!("{shown} AND {condition}"))
    };
    let of = |name, filter: String, condition: String| (listed, name, filter, condition);
    let study_of =
        |name, filter: String, condition: String| (List::Studies, name, filter, condition);
    let event_of = |name, filter: &str, condition: &str| {
        (
            List::Events(*busy),
            name,
            filter.to_owned(),
            format!("proposal_id = '{busy}' AND {condition}"),
        )
    };
    let families = [
        of("all but superseded", String::new(), shown.to_owned()),
        (
            List::Proposals { include_superseded: true },
            "superseded included",
            String::new(),
            "true".to_owned(),
        ),
        of("status = pending", "status = pending".into(), "status = 'pending'".into()),
        of("status = pr_opened", "status = pr_opened".into(), "status = 'pr_opened'".into()),
        of("status = pr_merged", "status = pr_merged".into(), "status = 'pr_merged'".into()),
        by("cluster_id", format!("cluster_id = {cluster}"), format!("cluster_id = '{cluster}'")),
        by(
            "template_id",
            format!("template_id = {template}"),
            format!("template_id = '{template}'"),
        ),
        by(
            "config_repo_id",
            format!("config_repo_id = {repository}"),
            format!("config_repo_id = '{repository}'"),
        ),
        by("study_id", format!("study_id = {study}"), format!("study_id = '{study}'")),
        by("source = study", "source = study".into(), "study_id IS NOT NULL".into()),
        by("source = manual", "source = manual".into(), "study_id IS NULL".into()),
        by("is_last_merged = true", "is_last_merged = true".into(), live.into()),
        by("is_last_merged = false", "is_last_merged = false".into(), format!("NOT {live}")),
        by("created_at >=", format!("created_at >= {since}"), format!("created_at >= '{since}'")),
        of(
            "cluster, status, since",
            format!("cluster_id = {cluster} AND status = rejected AND created_at >= {since}"),
            format!("cluster_id = '{cluster}' AND status = 'rejected' AND created_at >= '{since}'"),
        ),
        by(
            "cluster, template, source",
            format!("cluster_id = {cluster} AND template_id = {template} AND source = study"),
            format!(
                "cluster_id = '{cluster}' AND template_id = '{template}' AND study_id IS NOT NULL"
            ),
        ),
        study_of("studies", String::new(), "true".into()),
        study_of("studies: name", "name = \"boost of 7\"".into(), "name = 'boost of 7'".into()),
        study_of("studies: status", "status = failed".into(), "status = 'failed'".into()),
        study_of(
            "studies: cluster_id",
            format!("cluster_id = {cluster}"),
            format!("cluster_id = '{cluster}'"),
        ),
        study_of(
            "studies: template_id",
            format!("template_id = {template}"),
            format!("template_id = '{template}'"),
        ),
        study_of(
            "studies: created_at >=",
            format!("created_at >= {since}"),
            format!("created_at >= '{since}'"),
        ),
        event_of("events", "", "true"),
        event_of("events: kind", "kind = attempt_failed", "kind = 'attempt_failed'"),
    ];
    let orders = |(list, name, filter, condition): (List, &'static str, String, String)| {
        list.orders().iter().map(move |order_by| Case {
            list,
            name,
            filter: filter.clone(),
            condition: condition.clone(),
            order_by,
        })
    };
    families.into_iter().flat_map(orders).collect()
}
