//! What a newcomer sees when the stack is up: where it is, and three things to try.

use std::path::Path;

use crate::{Stack, progress::heading};

/// Registers the repository that the forge has from the start.
const REGISTER_THE_FORGES: &str = r#"  # 1. register the forge's repository; its token is in a secret file already, and its webhook is made by the system
  curl -s -H "Authorization: Bearer $OPERATOR_TOKEN" -H 'Content-Type: application/json' \
    -d '{"name":"search-config","repo_url":"'$FORGE_URL'/acme/search-config","auth_ref":"search-config-credential","webhook_secret_ref":"search-config-webhook"}' \
    $INGRESS_URL/api/v1/config-repos"#;

/// Registers a repository of one's own: the forge is not among the hosts then.
const REGISTER_YOURS: &str = r#"  # 1. put a token where the keyring looks (paste it, then Ctrl-D), and register your repository
  (umask 077; cat > "$SECRETS_DIR/my-token")
  curl -s -H "Authorization: Bearer $OPERATOR_TOKEN" -H 'Content-Type: application/json' \
    -d '{"name":"my-config","repo_url":"https://github.com/OWNER/NAME","auth_ref":"my-token"}' \
    $INGRESS_URL/api/v1/config-repos"#;

const LOOK: &str = r#"
  # 2. what there is, over REST
  curl -s -H "Authorization: Bearer $VIEWER_TOKEN" $INGRESS_URL/api/v1/config-repos

  # 3. the same over gRPC, with any reflection client; without one, take deploy/local/buf.sh for buf
  grpcurl -plaintext -H "authorization: Bearer $SERVICE_TOKEN" $REGISTRY_ADDR pullwright.registry.v1.ConfigRepoService/ListConfigRepos
  buf curl --http2-prior-knowledge --protocol grpc -H "authorization: Bearer $SERVICE_TOKEN" -d '{}' \
    http://$REGISTRY_ADDR/pullwright.registry.v1.ConfigRepoService/ListConfigRepos

  The command-line client, with the same addresses:
  export PULLWRIGHT_PROPOSAL_ADDR PULLWRIGHT_REGISTRY_ADDR PULLWRIGHT_RUNNER_ADDR PULLWRIGHT_TOKEN_FILE
  target/debug/pullwright doctor

  From here to a merged pull request with curl alone: README.md, "By hand".
  Ctrl-C or `make down` stops it."#;

/// Prints it; `has_own_hosts` when a hosts file stands in the place of one that names the forge.
pub(super) fn print(stack: &Stack, env: &Path, has_own_hosts: bool) {
    let (ports, credentials) = (&stack.ports, &stack.credentials);
    let (env, forge) = (env.display(), ports.forge_url());
    let cores = format!(
        "127.0.0.1:{} (proposal), :{} (registry), :{} (runner)",
        ports.proposal, ports.registry, ports.runner
    );
    let forge = match has_own_hosts {
        true => format!("{forge} (not among the hosts of GITHUB_HOSTS_FILE)"),
        false => format!("{forge} with the repository acme/search-config"),
    };
    heading("The stack is up");
    for (what, place) in [
        ("REST", ports.ingress_url()),
        ("", format!("operator's token {}", credentials.operator)),
        ("gRPC", cores),
        ("", format!("operator's token {}", credentials.service_operator)),
        ("Forge", forge),
        ("Logs", stack.logs().display().to_string()),
        ("All of it", format!("as shell variables: . {env}")),
    ] {
        println!("  {what:<10}{place}");
    }
    heading("Three things to try, in another shell");
    println!("  . {env}\n");
    println!("{}", if has_own_hosts { REGISTER_YOURS } else { REGISTER_THE_FORGES });
    println!("{LOOK}");
}
