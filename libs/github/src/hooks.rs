//! A repository's hooks: list, read, create, change. Knows no secret but the one that it is handed.

use pullwright_types::Host;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::{
    Call, GithubError, Repository,
    model::{Flaw, id, text},
    repository::Asked,
    route::{self, Route},
};

/// More than a repository can have: twenty for each event.
const PAGES: usize = 20;

/// The hooks of a repository.
#[derive(Debug, Clone, Copy)]
pub struct Hooks<'a> {
    pub(crate) repository: Repository<'a>,
}

/// A hook as GitHub shows it; of its secret it shows whether there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Its id, at least 1.
    pub id: i64,
    /// Where deliveries go; empty when GitHub does not say.
    pub url: String,
    /// Whether it is on.
    pub is_active: bool,
    /// The events that it is for.
    pub events: Vec<String>,
    /// `json` or `form`.
    pub content_type: String,
    /// Whether any certificate is taken.
    pub is_insecure: bool,
    /// Whether it has a secret.
    pub has_secret: bool,
}

/// What a hook is to be: on, with JSON bodies, to an address whose certificate is verified.
#[derive(Debug, Clone, Copy)]
pub struct HookContent<'a> {
    /// Where deliveries go.
    pub url: &'a str,
    /// The events that it is for.
    pub events: &'a [&'a str],
    /// What deliveries are signed with.
    pub secret: &'a SecretString,
}

impl Hooks<'_> {
    /// All hooks.
    ///
    /// # Errors
    /// See [`GithubError`]; `NotFound` and `Forbidden` when the credential may not see them.
    pub async fn list(&self) -> Result<Vec<Hook>, GithubError> {
        self.repository.list(&route::LIST_HOOKS, &["hooks"], &[], PAGES, Hook::parse).await
    }

    /// One hook; `None` when there is none of this id.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn get(&self, id: i64) -> Result<Option<Hook>, GithubError> {
        let id = id.to_string();
        let below = ["hooks", id.as_str()];
        match self.repository.one(&route::GET_HOOK, &below, None, Hook::parse).await {
            Err(GithubError::NotFound { .. }) => Ok(None),
            answer => answer.map(Some),
        }
    }

    /// Creates a hook. Not repeated here, whatever happens.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn create(&self, content: HookContent<'_>) -> Result<Hook, GithubError> {
        let mut body = content.body();
        body["name"] = json!("web");
        self.write(&route::CREATE_HOOK, &["hooks"], body, content.secret).await
    }

    /// Makes the hook with this id what it is to be. Not repeated here.
    ///
    /// # Errors
    /// See [`GithubError`].
    pub async fn update(&self, id: i64, content: HookContent<'_>) -> Result<Hook, GithubError> {
        let id = id.to_string();
        self.write(&route::UPDATE_HOOK, &["hooks", &id], content.body(), content.secret).await
    }

    async fn write(
        &self,
        route: &'static Route,
        below: &[&str],
        body: Value,
        secret: &SecretString,
    ) -> Result<Hook, GithubError> {
        let asked = Asked { secret: Some(secret), ..Asked::default() };
        let answer = self.repository.ask(route, below, &[], Some(body), asked).await?;
        Hook::parse(&answer.value, self.repository.host)
            .map_err(|flaw| GithubError::malformed(Call(route), flaw))
    }
}

impl HookContent<'_> {
    fn body(&self) -> Value {
        json!({
            "active": true,
            "events": self.events,
            "config": {
                "url": self.url,
                "content_type": "json",
                "insecure_ssl": "0",
                "secret": self.secret.expose_secret(),
            },
        })
    }

    /// Whether a hook is so, as far as that can be seen: which secret it has cannot.
    #[must_use]
    pub fn is_met_by(&self, hook: &Hook) -> bool {
        let mut events: Vec<&str> = hook.events.iter().map(String::as_str).collect();
        let mut wanted = self.events.to_vec();
        events.sort_unstable();
        wanted.sort_unstable();
        hook.url == self.url
            && hook.is_active
            && hook.content_type == "json"
            && !hook.is_insecure
            && hook.has_secret
            && events == wanted
    }
}

impl Hook {
    pub(crate) fn parse(value: &Value, _: &Host) -> Result<Self, Flaw> {
        let config = &value["config"];
        let insecure = &config["insecure_ssl"];
        let events = value["events"].as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(Self {
            id: id(&value["id"]).ok_or("has no `id`")?,
            url: text(&config["url"]),
            is_active: value["active"].as_bool().unwrap_or_default(),
            events: events.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            content_type: text(&config["content_type"]),
            // A text or a number; anything but 0 is yes.
            is_insecure: !(insecure.is_null() || *insecure == "0" || *insecure == 0),
            has_secret: config["secret"].as_str().is_some_and(|shown| !shown.is_empty()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(config: Value) -> Hook {
        let value = json!({"id": 1, "active": true, "events": ["b", "a"], "config": config});
        let host = Host { web: "https://x".to_owned(), api: String::new(), git: String::new() };
        Hook::parse(&value, &host).unwrap()
    }

    #[test]
    fn a_hook_is_met_only_when_all_that_shows_is_as_wanted() {
        let secret = SecretString::from("s");
        let wanted =
            HookContent { url: "https://us.example/hook", events: &["a", "b"], secret: &secret };
        let good = json!({"url": "https://us.example/hook", "content_type": "json", "insecure_ssl": "0", "secret": "********"});
        assert!(wanted.is_met_by(&shown(good.clone())));
        for (field, value) in [
            ("url", json!("https://us.example/hook/")),
            ("content_type", json!("form")),
            ("insecure_ssl", json!("1")),
            ("insecure_ssl", json!(1)),
            ("secret", json!("")),
            ("secret", Value::Null),
        ] {
            let mut config = good.clone();
            config[field] = value;
            assert!(!wanted.is_met_by(&shown(config)), "{field}");
        }
        for zero in [json!(0), Value::Null] {
            let mut config = good.clone();
            config["insecure_ssl"] = zero;
            assert!(wanted.is_met_by(&shown(config)));
        }
        let hook = shown(good);
        assert!(!wanted.is_met_by(&Hook { is_active: false, ..hook.clone() }));
        assert!(!wanted.is_met_by(&Hook { events: vec!["a".to_owned()], ..hook.clone() }));
        assert!(!wanted.is_met_by(&Hook { events: vec!["*".to_owned()], ..hook }));
    }
}
