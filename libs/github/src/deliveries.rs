//! The log of what a hook was sent, newest first, and asking for it once more. GitHub keeps it for three days.

use jiff::Timestamp;
use pullwright_types::Host;
use reqwest::{
    Url,
    header::{HeaderMap, LINK},
};
use secrecy::SecretString;
use serde_json::Value;

use crate::{
    Call, Client, GithubError, Repository, Trail,
    model::{Flaw, id, text, time},
    request::{self, Answer, At, Request},
    route::{self, Route},
};

/// The longest cursor that is taken, bytes.
const LONGEST_CURSOR: usize = 512;

/// The log of one hook: a repository's, or an App's.
#[derive(Clone)]
pub struct Deliveries<'a> {
    client: &'a Client,
    host: &'a Host,
    token: &'a SecretString,
    trail: Option<&'a Trail>,
    /// The address of the log below the API's base.
    segments: Vec<String>,
    list: &'static Route,
    redeliver: &'static Route,
}

/// An attempt to deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// GitHub's id of the attempt, at least 1.
    pub id: i64,
    /// The delivery's id, the same for every attempt; `X-GitHub-Delivery`.
    pub guid: String,
    /// When it was sent.
    pub delivered_at: Timestamp,
    /// The event.
    pub event: String,
    /// The event's action; empty when it has none.
    pub action: String,
    /// The status of the answer; 0 when there was none.
    pub status_code: i32,
}

/// A page of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The attempts, the newest first.
    pub deliveries: Vec<Delivery>,
    /// Where the next page begins; `None` at the end.
    pub next_cursor: Option<String>,
}

impl<'a> Deliveries<'a> {
    pub(crate) fn of_hook(repository: Repository<'a>, hook_id: i64) -> Self {
        let (owner, name) = (repository.name.owner(), repository.name.name());
        let hook_id = hook_id.to_string();
        Self {
            client: repository.client,
            host: repository.host,
            token: repository.token,
            trail: repository.trail,
            segments: ["repos", owner, name, "hooks", &hook_id, "deliveries"]
                .map(str::to_owned)
                .into(),
            list: &route::LIST_DELIVERIES,
            redeliver: &route::REDELIVER,
        }
    }

    pub(crate) fn of_app(client: &'a Client, host: &'a Host, token: &'a SecretString) -> Self {
        Self {
            client,
            host,
            token,
            trail: None,
            segments: ["app", "hook", "deliveries"].map(str::to_owned).into(),
            list: &route::LIST_APP_DELIVERIES,
            redeliver: &route::REDELIVER_APP,
        }
    }

    /// A page of at most a hundred attempts: the newest, or those where a page before ended.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn page(&self, cursor: Option<&str>) -> Result<Page, GithubError> {
        let mut query = vec![("per_page", "100")];
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        let answer = self.send(self.list, &[], &query).await?;
        let malformed = |flaw| GithubError::malformed(Call(self.list), flaw);
        let entries = answer.value.as_array().ok_or_else(|| malformed("is not a list"))?;
        let deliveries = entries.iter().map(Delivery::parse).collect::<Result<_, _>>();
        let deliveries: Vec<_> = deliveries.map_err(malformed)?;
        let next_cursor = next(&answer.headers).filter(|_| !deliveries.is_empty());
        Ok(Page { deliveries, next_cursor })
    }

    /// Asks GitHub to send an attempt's delivery once more. Not repeated here.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn redeliver(&self, attempt_id: i64) -> Result<(), GithubError> {
        let attempt_id = attempt_id.to_string();
        self.send(self.redeliver, &[&attempt_id, "attempts"], &[]).await.map(drop)
    }

    async fn send(
        &self,
        route: &'static Route,
        below: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Answer, GithubError> {
        let segments: Vec<&str> =
            self.segments.iter().map(String::as_str).chain(below.iter().copied()).collect();
        let request = Request {
            call: Call(route),
            host: self.host,
            token: self.token,
            at: At::Rest(&segments),
            query,
            body: None,
            etag: None,
            secret: None,
            trail: self.trail,
        };
        request::send(self.client, request).await
    }
}

impl Delivery {
    fn parse(value: &Value) -> Result<Self, Flaw> {
        let guid = text(&value["guid"]);
        if guid.is_empty() {
            return Err("has no `guid`");
        }
        let status = value["status_code"].as_i64().and_then(|status| status.try_into().ok());
        Ok(Self {
            id: id(&value["id"]).ok_or("has no `id`")?,
            guid,
            delivered_at: time(&value["delivered_at"]).ok_or("has no `delivered_at`")?,
            event: text(&value["event"]),
            action: text(&value["action"]),
            status_code: status.unwrap_or_default(),
        })
    }
}

/// The cursor in the header's link to the next page. Of that address nothing else is used: it could name any host.
///
/// `<https://api.github.com/…/deliveries?per_page=100&cursor=v1_12345>; rel="next"`
fn next(headers: &HeaderMap) -> Option<String> {
    let links = headers.get(LINK)?.to_str().ok()?;
    let link = links.split(',').find(|link| link.contains("rel=\"next\""))?;
    let address = link.split_once('<')?.1.split_once('>')?.0;
    // An address without a host is one, too.
    let url = Url::parse("https://links.invalid/").ok()?.join(address).ok()?;
    let cursor = url.query_pairs().find(|(name, _)| name == "cursor")?.1.into_owned();
    let legal = |c: char| c.is_ascii_graphic();
    (!cursor.is_empty() && cursor.len() <= LONGEST_CURSOR && cursor.chars().all(legal))
        .then_some(cursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next_of(link: &str) -> Option<String> {
        next(&HeaderMap::from_iter([(LINK, link.parse().unwrap())]))
    }

    #[test]
    fn of_a_link_only_the_next_cursor_is_taken() {
        let api = "https://api.github.com/repos/a/b/hooks/1/deliveries?per_page=100&cursor=";
        let both = format!("<{api}v0_1>; rel=\"prev\", <{api}v1_2%3D%3D>; rel=\"next\"");
        assert_eq!(next_of(&both).as_deref(), Some("v1_2=="));
        assert_eq!(next_of("</x?cursor=v1_3>; rel=\"next\"").as_deref(), Some("v1_3"));
        assert_eq!(next_of(&format!("<{api}v0_1>; rel=\"prev\"")), None);
        for odd in ["", "x", "<>; rel=\"next\"", "<https://a/?cursor=>; rel=\"next\""] {
            assert_eq!(next_of(odd), None, "{odd}");
        }
        assert_eq!(next_of(&format!("<{api}{}>; rel=\"next\"", "x".repeat(600))), None);
        assert_eq!(next_of(&format!("<{api}a%0Ab>; rel=\"next\"")), None);
    }
}
