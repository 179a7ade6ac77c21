//! A GitHub that gives back what it was sent: every way in which an answer can carry a credential into our errors.

use std::collections::BTreeMap;

use pullwright_forge::{Fault, FaultKind};

use super::needles;

/// An answer that fails an attempt.
pub(super) struct Refusal {
    /// What it is called.
    pub(super) name: &'static str,
    /// The route that is struck, once.
    route: &'static str,
    answer: fn(&Echo) -> FaultKind,
    /// Whether the error that is stored has the answer's words in it.
    pub(super) is_shown: bool,
}

/// What is given back.
pub(super) struct Echo {
    /// The credential in all its forms, parted by blanks.
    words: String,
    /// The credential as JSON may write it, each character in six.
    escaped: String,
    /// The branch that is pushed.
    branch: String,
}

impl Echo {
    pub(super) fn of(credential: &str, branch: String) -> Self {
        let forms = needles::forms("", credential).into_iter();
        let whole = forms.filter(|form| !form.how.starts_with("a cut")).map(|form| form.text);
        let escaped = credential.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
        Self { words: whole.collect::<Vec<_>>().join(" "), escaped, branch }
    }
}

/// The refusals that end a job, of git and of the API, before and after the branch exists.
pub(super) static FINAL: [Refusal; 6] = [
    Refusal {
        name: "the push is refused in the server's words",
        route: "git.receive-pack",
        answer: refused_push,
        is_shown: true,
    },
    Refusal {
        name: "the fetch gets 401",
        route: "git.info-refs.upload-pack",
        answer: |echo| status(401, &format!("You sent Authorization: Basic {}", echo.words)),
        is_shown: false,
    },
    Refusal {
        name: "the API gets 422",
        route: "pulls.create",
        answer: |echo| {
            let body = serde_json::json!({
                "message": format!("Validation Failed {}", echo.words),
                "errors": [{"message": echo.words}, {"resource": echo.words, "code": "custom"}],
            });
            status(422, &body.to_string())
        },
        is_shown: true,
    },
    Refusal {
        name: "the API gets 401 of a proxy",
        route: "pulls.create",
        // Texts are cut at 2,000 characters: 22 characters of the credential would stay, six each.
        answer: |echo| status(401, &format!("{}{}", "x".repeat(2000 - 6 * 22), echo.escaped)),
        is_shown: true,
    },
    Refusal {
        name: "the API is elsewhere",
        route: "pulls.create",
        answer: |echo| FaultKind::Redirect {
            url: format!("http://127.0.0.1:9/{}", echo.words.replace(' ', "/")),
            code: Some(301),
        },
        is_shown: true,
    },
    Refusal {
        name: "the push is not admitted",
        route: "git.info-refs.receive-pack",
        answer: |echo| status(403, &echo.words),
        is_shown: true,
    },
];

/// The refusals after which the job is done again.
pub(super) static PASSING: [Refusal; 2] = [
    Refusal {
        name: "the fetch gets an error of the protocol",
        route: "git.upload-pack",
        answer: |echo| git("upload-pack", &packet(&format!("ERR {}", echo.words))),
        is_shown: false,
    },
    Refusal {
        name: "the API breaks with 500",
        route: "pulls.create",
        answer: |echo| status(500, &serde_json::json!({ "message": echo.words }).to_string()),
        is_shown: false,
    },
];

impl Refusal {
    /// The fault that strikes one repository, once.
    pub(super) fn fault(&self, repository: &str, echo: &Echo) -> Fault {
        let fault = Fault::on(self.route, (self.answer)(echo)).times(1);
        let folder = if self.route.starts_with("git.") { ".git/" } else { "/" };
        Fault { path: Some(format!("*/{repository}{folder}*")), ..fault }
    }
}

fn status(code: u16, body: &str) -> FaultKind {
    FaultKind::Status { code, body: body.to_owned(), headers: BTreeMap::new() }
}

/// As a hook of the server would refuse: words for people on one band, the reason in the report on the other.
fn refused_push(echo: &Echo) -> FaultKind {
    let said = echo.words.replace(' ', "\n");
    let reason = format!("ng refs/heads/{} declined {}\n", echo.branch, echo.words);
    let report = [packet("unpack ok\n"), packet(&reason), "0000".to_owned()].concat();
    let bands = [packet(&format!("\u{2}{said}\n")), packet(&format!("\u{1}{report}"))];
    git("receive-pack", &(bands.concat() + "0000"))
}

fn packet(text: &str) -> String {
    format!("{:04x}{text}", text.len() + 4)
}

fn git(service: &str, body: &str) -> FaultKind {
    let kind = format!("application/x-git-{service}-result");
    let headers = BTreeMap::from([("content-type".to_owned(), kind)]);
    FaultKind::Status { code: 200, body: body.to_owned(), headers }
}
