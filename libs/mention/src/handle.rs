//! The name by which a bot is spoken to.

/// A bot's login without `[bot]`, compared without case as GitHub compares logins; it is never empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Handle(String);

impl Handle {
    /// Takes a login such as `cody` or `cody[bot]`; `None` when nothing is left of it, since an empty handle would match every `@`.
    #[must_use]
    pub fn new(login: &str) -> Option<Self> {
        let mut rest = login.trim().to_ascii_lowercase();
        while let Some(shorter) = rest.strip_suffix("[bot]") {
            rest.truncate(shorter.len());
        }
        (!rest.is_empty()).then_some(Self(rest))
    }

    /// The handle in lower case, without `@`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a login is this bot's own, with or without `[bot]`.
    #[must_use]
    pub fn is_login(&self, login: &str) -> bool {
        Self::new(login).is_some_and(|other| other == *self)
    }
}
