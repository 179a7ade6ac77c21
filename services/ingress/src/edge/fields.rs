//! From a field's path in the contract to its path in the REST body.

/// How the contract's lists look over REST: what is an object there is a list of pairs here.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    keys: Vec<(&'static str, Vec<String>)>,
    unwrapped: Option<&'static str>,
}

impl Fields {
    /// Says which keys the entries of the object `field` have, in order.
    pub(crate) fn keys(
        mut self,
        field: &'static str,
        keys: impl IntoIterator<Item = String>,
    ) -> Self {
        self.keys.push((field, keys.into_iter().collect()));
        self
    }

    /// Says that the members of `field` stand at the top of the REST body.
    pub(crate) fn unwrap(mut self, field: &'static str) -> Self {
        self.unwrapped = Some(field);
        self
    }

    /// What is wrong with a field, under its REST name.
    pub(crate) fn sentence(&self, path: &str, rule: &str) -> String {
        // The whole sentence is the core's (RelyLoop §5), since a cursor is nothing that a person writes.
        if rule.starts_with("invalid cursor") {
            return rule.to_owned();
        }
        format!("{} {rule}", self.name(path))
    }

    /// The REST name of a field's path, such as `config_diff.boost.to` for `config_diff.changes[0].to_json`.
    pub(crate) fn name(&self, path: &str) -> String {
        let path = plain(path).replace("config_diff.changes", "config_diff");
        let mut path = path.replace("metric_delta.deltas", "metric_delta");
        if let Some(inner) =
            self.unwrapped.and_then(|top| path.strip_prefix(top)?.strip_prefix('.'))
        {
            path = inner.to_owned();
        }
        match path.as_str() {
            "page_size" => return "limit".to_owned(),
            "page_token" => return "cursor".to_owned(),
            "order_by" => return "sort".to_owned(),
            "request_id" => return "header Idempotency-Key".to_owned(),
            "etag" => return "header If-Match".to_owned(),
            "after_event_id" => return "header Last-Event-ID".to_owned(),
            "update_mask" => return "body".to_owned(),
            "filter" => return "query".to_owned(),
            "filter.created_at" | "filter.received_at" => return "since".to_owned(),
            _ => {}
        }
        if let Some(parameter) = path.strip_prefix("filter.") {
            return parameter.to_owned();
        }
        for (field, keys) in &self.keys {
            if let Some((index, rest)) = indexed(&path, field)
                && let Some(key) = keys.get(index)
            {
                // The entry's own name is its key.
                let rest = if matches!(rest, ".key" | ".metric") { "" } else { rest };
                return format!("{field}.{key}{rest}");
            }
        }
        path
    }
}

fn indexed<'p>(path: &'p str, field: &str) -> Option<(usize, &'p str)> {
    let (index, rest) = path.strip_prefix(field)?.strip_prefix('[')?.split_once(']')?;
    Some((index.parse().ok()?, rest))
}

/// Takes `_json` from the end of each segment; what stands in brackets is somebody's key and stays.
fn plain(path: &str) -> String {
    let mut shown = String::with_capacity(path.len());
    let mut rest = path;
    while !rest.is_empty() {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        shown.push_str(rest[..end].strip_suffix("_json").unwrap_or(&rest[..end]));
        rest = &rest[end..];
        let taken = match rest.as_bytes().first() {
            Some(b'[') => rest.find(']').map_or(rest.len(), |at| at + 1),
            Some(_) => 1,
            None => 0,
        };
        shown.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_as_the_caller_wrote_them() {
        let fields = Fields::default()
            .keys("config_diff", ["boost".to_owned(), "tie".to_owned()])
            .keys("metric_delta", ["ndcg@10".to_owned()]);
        for (path, shown) in [
            ("cluster_id", "cluster_id"),
            ("page_size", "limit"),
            ("page_token", "cursor"),
            ("order_by", "sort"),
            ("filter.cluster_id", "cluster_id"),
            ("filter.created_at", "since"),
            ("filter.received_at", "since"),
            ("request_id", "header Idempotency-Key"),
            ("declared_params_json", "declared_params"),
            ("config_diff", "config_diff"),
            ("config_diff[1].to_json", "config_diff.tie.to"),
            ("config_diff.changes[0].key", "config_diff.boost"),
            ("config_diff[9].to_json", "config_diff[9].to"),
            ("metric_delta.deltas[0].achieved", "metric_delta.ndcg@10.achieved"),
            ("trials[3].params_json[a.b_json]", "trials[3].params[a.b_json]"),
            (
                "digest.suggested_followups[1].search_space_json",
                "digest.suggested_followups[1].search_space",
            ),
        ] {
            assert_eq!(fields.name(path), shown, "{path}");
        }
        assert_eq!(Fields::default().unwrap("digest").name("digest.narrative"), "narrative");
        assert_eq!(Fields::default().unwrap("cluster").name("cluster.etag"), "header If-Match");
        assert_eq!(
            fields.sentence("page_token", "invalid cursor: it is not URL-safe base64"),
            "invalid cursor: it is not URL-safe base64"
        );
    }
}
