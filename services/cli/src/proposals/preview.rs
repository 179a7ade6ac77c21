//! `pullwright proposals preview`

use pullwright_proto::runner::{PreviewPullRequestRequest, PreviewPullRequestResponse};
use uuid::Uuid;

use crate::{
    connect::Cores,
    error::Result,
    exit::Exit,
    output::{Fields, Output, bad, dim, good, strong, warn},
};

pub(super) async fn preview(
    cores: &Cores,
    id: Uuid,
    only_patch: bool,
    output: Output,
) -> Result<Exit> {
    let request = cores.request(PreviewPullRequestRequest { proposal_id: id.to_string() });
    let preview = cores.runner().preview_pull_request(request).await?.into_inner();
    if only_patch && !output.is_json() {
        // To the byte, for `git apply`.
        output.raw(&preview.patch)?;
    } else {
        output.show("pullwright.runner.v1.PreviewPullRequestResponse", &preview, text)?;
    }
    Ok(Exit::Success)
}

fn text(preview: &PreviewPullRequestResponse) -> String {
    let fields = Fields::default()
        .with("branch", format!("{} → {}", preview.branch, preview.base_branch))
        .with("base", &preview.base_oid)
        .with("tree", &preview.tree_oid)
        .with("patch sha256", &preview.patch_sha256)
        .with("file", &preview.params_path)
        .with_some("chart", &preview.chart_path);
    let mut parts = vec![fields.text(), strong(&preview.title), preview.body.trim_end().to_owned()];
    if !preview.drifts.is_empty() {
        let lines: Vec<_> = preview
            .drifts
            .iter()
            .map(|drift| {
                let found = if drift.found_json.is_empty() { "nothing" } else { &drift.found_json };
                format!("  {}: expected {}, the file has {found}", drift.key, drift.expected_json)
            })
            .collect();
        let head = warn("The file is not as the diff expects (it is opened all the same)");
        parts.push(format!("{head}\n{}", lines.join("\n")));
    }
    let patch: Vec<_> = preview.patch.lines().map(painted).collect();
    parts.push(patch.join("\n"));
    let (patch, base) = (&preview.patch_sha256, &preview.base_oid);
    parts.push(dim(&format!(
        "To open exactly this: --expected-patch-sha256 {patch} --expected-base-oid {base}"
    )));
    parts.join("\n\n")
}

fn painted(line: &str) -> String {
    match line.as_bytes().first() {
        Some(b'+') => good(line),
        Some(b'-') => bad(line),
        Some(b'@') => dim(line),
        _ => line.to_owned(),
    }
}
