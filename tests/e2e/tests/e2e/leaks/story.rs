//! What is done with each credential before the hunt: openings that fail, one that succeeds, a merge, and webhooks.

use std::{os::unix::fs::OpenOptionsExt as _, time::Duration};

use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use pullwright_forge::{Fault, FaultKind, NewRepository, Permission};
use pullwright_harness::{Rest, Stack, WireOptions, Wired};
use pullwright_testkit::wait;
use serde_json::{Value, json};
use sha2::Sha256;

use super::{
    echo::{self, Echo, Refusal},
    families::{self, Credential},
};
use crate::system::{PATIENCE, System};

/// A repository that is wired with a credential of ours.
pub(super) struct Story<'s> {
    pub(super) system: System<'s>,
    pub(super) credential: Credential,
    pub(super) webhook_secret: String,
}

/// Makes and wires a repository whose two secrets are known here.
pub(super) async fn wire(stack: &Stack, credential: Credential) -> Story<'_> {
    let options = WireOptions::new(&format!("leak-{}", credential.family));
    let repository = format!("{}/{}", options.owner, options.name);
    let webhook_secret = families::words();
    for (kind, value) in [("credential", &credential.value), ("webhook", &webhook_secret)] {
        let path = stack.secrets().join(format!("{}-{kind}", options.name));
        let mut open = std::fs::OpenOptions::new();
        let mut file = open.create_new(true).write(true).mode(0o600).open(path).unwrap();
        std::io::Write::write_all(&mut file, format!("{value}\n").as_bytes()).unwrap();
    }
    let new = NewRepository::new(&options.owner, &options.name).token(
        "pullwright",
        &credential.value,
        Permission::Write,
    );
    let files = options.files.iter();
    let new = files.fold(new, |new, (path, content)| new.file(path, content.as_str()));
    stack.forge().unwrap().create_repository(new).await.unwrap();

    let id = |resource: &Value| resource["id"].as_str().unwrap().to_owned();
    let config_repo_id = id(&stack.register(&options).await.unwrap());
    let cluster_id = id(&stack.create_cluster(&options, &config_repo_id).await.unwrap());
    let template_id = id(&stack.create_template(&options).await.unwrap());
    let hook = stack.hook(&options).await.unwrap();
    let wired = Wired {
        repository,
        path: String::new(),
        config_repo_id,
        cluster_id,
        template_id,
        auth_ref: format!("{}-credential", options.name),
        hook: Some(hook),
    };
    let system = System { stack, rest: stack.rest().unwrap(), wired };
    Story { system, credential, webhook_secret }
}

impl Story<'_> {
    /// Everything, with the refusals that this place in the list of families has.
    pub(super) async fn tell(&self, index: usize) {
        self.refused(&echo::FINAL[index % echo::FINAL.len()]).await;
        self.opened_and_merged(&echo::PASSING[index % echo::PASSING.len()]).await;
        self.webhooks_with_the_secret_in_them().await;
    }

    async fn refused(&self, refusal: &Refusal) {
        let told = format!("{}: {}", self.credential.family, refusal.name);
        let (proposal, fault) = self.proposed(refusal).await;
        self.system.open(&proposal).await;
        let ended = self.until(&proposal, &told, |now| now["pr_open_error"].is_string()).await;

        self.assert_struck(fault, &told).await;
        let error = ended["pr_open_error"].as_str().unwrap();
        assert_eq!(error.contains("[REDACTED"), refusal.is_shown, "{told}: {error}");
    }

    async fn opened_and_merged(&self, refusal: &Refusal) {
        let told = format!("{}: opened although {}", self.credential.family, refusal.name);
        let (proposal, fault) = self.proposed(refusal).await;
        let forge = self.system.stack.forge().unwrap();
        // Children that speak to the remote live long enough to be seen.
        for route in ["git.info-refs.*", "git.upload-pack", "git.receive-pack"] {
            let slow = Fault::on(route, FaultKind::Delay { ms: 60 });
            let path = Some(format!("*/{}.git/*", self.system.wired.repository));
            forge.add_fault(Fault { path, ..slow }).await.unwrap();
        }
        self.system.open(&proposal).await;
        let now = self.until(&proposal, &told, |now| now["status"] == "pr_opened").await;
        self.assert_struck(fault, &told).await;
        assert!(self.system.count(&proposal, "attempt_failed").await > 0, "{told}");
        let pull = self.system.pull(now["pr_url"].as_str().unwrap()).await;
        forge.merge(&self.system.wired.repository, pull.number).await.unwrap();
        let told = format!("{}: merged", self.credential.family);
        self.until(&proposal, &told, |now| now["status"] == "pr_merged").await;
    }

    /// A proposal whose opening will meet a fault; gives the fault's number.
    async fn proposed(&self, refusal: &Refusal) -> (String, u64) {
        let proposal = self.system.propose(json!({"boost": {"from": 1.0, "to": 2.5}})).await;
        let echo = Echo::of(&self.credential.value, format!("pullwright/proposal-{proposal}"));
        let fault = refusal.fault(&self.system.wired.repository, &echo);
        (proposal, self.system.stack.forge().unwrap().add_fault(fault).await.unwrap())
    }

    async fn assert_struck(&self, fault: u64, told: &str) {
        let faults = self.system.stack.forge().unwrap().faults().await.unwrap();
        let struck = faults.iter().find(|known| known.id == fault).unwrap().struck;
        assert_eq!(struck, 1, "{told}: the fault did not strike");
    }

    /// Deliveries of somebody who put the secret where it does not belong, signed wrongly and rightly.
    async fn webhooks_with_the_secret_in_them(&self) {
        let secret = &self.webhook_secret;
        let repository = json!({"full_name": self.system.wired.repository});
        let body = json!({"action": secret, "repository": repository, "zen": secret}).to_string();
        let odd = json!({"action": "closed", "repository": repository, "pull_request": secret});
        let odd = odd.to_string();
        let broken = format!("{}{secret}", &body[..body.len() - 1]);
        let sign = |body: &str| {
            let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
            mac.update(body.as_bytes());
            hex::encode(mac.finalize().into_bytes())
        };
        let hexadecimal = hex::encode(secret);
        for (body, signature, status) in [
            (&body, &hexadecimal[..64], 403),
            (&body, secret.as_str(), 403),
            (&body, &sign(&body), 200),
            (&odd, &sign(&odd), 422),
            (&broken, &sign(&broken), 400),
        ] {
            let encoded = utf8_percent_encode(secret, NON_ALPHANUMERIC);
            let path = format!("/webhooks/github?secret={encoded}");
            let request = self
                .system
                .rest
                .request(reqwest::Method::POST, &path)
                .header("content-type", "application/json")
                .header("x-github-event", "pull_request")
                .header("x-github-delivery", format!("{status}-{}", self.credential.family))
                .header("x-hub-signature-256", format!("sha256={signature}"))
                .header("authorization", secret)
                .body(body.clone());
            let answer = Rest::answer(request).await.unwrap();
            assert_eq!(answer.status, status, "{}", answer.text);
            assert!(!answer.text.contains(secret.as_str()), "{}", answer.text);
        }
    }

    async fn until(&self, proposal: &str, claim: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let look = || async {
            let now = self.system.proposal(proposal).await;
            if holds(&now) {
                return anyhow::Ok(Some(now));
            }
            // At LOG=trace every look is a page of log.
            tokio::time::sleep(Duration::from_millis(300)).await;
            Ok(None)
        };
        match wait::until(claim, PATIENCE, look).await {
            Ok(now) => now,
            Err(error) => panic!("{error}; it is {:#}", self.system.proposal(proposal).await),
        }
    }
}
