//! What a newcomer sees when the stack is up: where it is, and three things to try.

use std::path::Path;

use crate::{Stack, progress::heading};

pub(super) fn print(stack: &Stack, env: &Path) {
    let (ports, credentials) = (&stack.ports, &stack.credentials);
    heading("The stack is up");
    println!("  REST      {}        operator token  {}", ports.ingress_url(), credentials.operator);
    println!(
        "  gRPC      127.0.0.1:{} (proposal)  :{} (registry)  :{} (runner)",
        ports.proposal, ports.registry, ports.runner
    );
    println!("            service token   {}", credentials.service_operator);
    println!("  Forge     {}        with the repository acme/search-config", ports.forge_url());
    println!("  Logs      {}", stack.logs().display());
    println!("  All of it as shell variables: . {}", env.display());
    heading("Three things to try, in another shell");
    println!("  . {}\n", env.display());
    println!("  # 1. register the forge's repository; its token is in a secret file already");
    println!(
        "  curl -s -H \"Authorization: Bearer $OPERATOR_TOKEN\" -H 'Content-Type: application/json' \\"
    );
    println!(
        "    -d '{{\"name\":\"search-config\",\"repo_url\":\"'$FORGE_URL'/acme/search-config\",\"auth_ref\":\"search-config-credential\",\"webhook_secret_ref\":\"search-config-webhook\"}}' \\"
    );
    println!("    $INGRESS_URL/api/v1/config-repos\n");
    println!("  # 2. what there is, over REST");
    println!(
        "  curl -s -H \"Authorization: Bearer $VIEWER_TOKEN\" $INGRESS_URL/api/v1/config-repos\n"
    );
    println!("  # 3. the same over gRPC, with any reflection client");
    println!(
        "  grpcurl -plaintext -H \"authorization: Bearer $SERVICE_TOKEN\" $REGISTRY_ADDR pullwright.registry.v1.ConfigRepoService/ListConfigRepos"
    );
    println!(
        "  buf curl --http2-prior-knowledge --protocol grpc -H \"authorization: Bearer $SERVICE_TOKEN\" -d '{{}}' \\"
    );
    println!("    http://$REGISTRY_ADDR/pullwright.registry.v1.ConfigRepoService/ListConfigRepos");
    println!("\n  Ctrl-C or `make down` stops it.");
}
