//! What stands in place of a credential.

/// Why something was taken out; where matches overlap the first of these names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A registered secret.
    Secret,
    /// A private key in PEM.
    PrivateKey,
    /// A GitHub token.
    GhToken,
    /// An API key of the `sk-` family.
    ApiKey,
    /// The value of an `Authorization` header.
    Authorization,
    /// A JSON Web Token.
    Jwt,
    /// The password in a URL.
    UrlPassword,
}

impl Kind {
    const ALL: [Self; 7] = [
        Self::Secret,
        Self::PrivateKey,
        Self::GhToken,
        Self::ApiKey,
        Self::Authorization,
        Self::Jwt,
        Self::UrlPassword,
    ];

    /// The text that is shown instead.
    pub(crate) fn placeholder(self) -> &'static str {
        match self {
            Self::Secret => "[REDACTED]",
            Self::PrivateKey => "[REDACTED-PRIVATE-KEY]",
            Self::GhToken => "[REDACTED-GH-TOKEN]",
            Self::ApiKey => "[REDACTED-API-KEY]",
            Self::Authorization => "[REDACTED-AUTHORIZATION]",
            Self::Jwt => "[REDACTED-JWT]",
            Self::UrlPassword => "[REDACTED-URL-PASSWORD]",
        }
    }
}

/// The first placeholder in a text, which nothing may touch again: where it begins and ends.
pub(crate) fn find_placeholder(text: &str) -> Option<(usize, usize)> {
    text.match_indices("[REDACTED").find_map(|(at, _)| {
        let found =
            Kind::ALL.into_iter().find(|kind| text[at..].starts_with(kind.placeholder()))?;
        Some((at, at + found.placeholder().len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_placeholder_is_found_again() {
        for kind in Kind::ALL {
            let shown = kind.placeholder();
            assert_eq!(
                find_placeholder(&format!("é[REDACTED {shown}")),
                Some((12, 12 + shown.len()))
            );
        }
        assert_eq!(find_placeholder("[REDACTED-OTHER] [REDACTED"), None);
    }
}
