//! Does each cluster's folder exist, and are the params files in it fit to be edited?

use pullwright_proto::registry::Cluster;
use pullwright_types::names;

use super::{Asked, Report, credential::Opened, lasting_git};
use crate::{
    App,
    git::{Folder, FolderFile, GitError},
    rpc::Error,
};

const FOLDER: &str = "config_path";
const FILE: &str = "params_file";
/// What the name of a params file ends with; before it stands the template's name.
const SUFFIX: &str = ".params.json";

/// Looks into the folder of each cluster.
pub(super) async fn check(
    app: &App,
    asked: &Asked,
    opened: &Opened,
    report: &mut Report,
) -> Result<(), Error> {
    if asked.clusters.is_empty() {
        report.skip(FOLDER, "", "no cluster is wired to this config repository");
        return Ok(());
    }
    let mut paths: Vec<String> = asked
        .clusters
        .iter()
        .filter(|cluster| names::config_path(&cluster.config_path).is_ok())
        .map(|cluster| cluster.config_path.clone())
        .collect();
    paths.sort();
    paths.dedup();
    let base = &asked.config_repo.pr_base_branch;
    let survey = match app.git.survey(&opened.place.remote, base, &paths, SUFFIX).await {
        Ok(survey) => survey,
        Err(error) => {
            let text = lasting_git(app, error)?;
            let remedy = "see whether git reads the repository from the runner's machine: `git ls-remote` with the same token";
            for cluster in &asked.clusters {
                report.fail(FOLDER, &cluster.name, text.clone(), remedy);
            }
            return Ok(());
        }
    };
    for cluster in &asked.clusters {
        let folder = survey.folders.iter().find(|folder| folder.path == cluster.config_path);
        one(asked, cluster, folder, report);
    }
    // Clusters may share a folder; its files are looked at once.
    for folder in &survey.folders {
        files(asked, folder, report);
    }
    Ok(())
}

/// Says of each cluster that its folder was not looked at.
pub(super) fn skip(asked: &Asked, report: &mut Report, why: &str) {
    for cluster in &asked.clusters {
        report.skip(FOLDER, &cluster.name, why);
        report.skip(FILE, &cluster.config_path, why);
    }
}

fn one(asked: &Asked, cluster: &Cluster, folder: Option<&Folder>, report: &mut Report) {
    let (name, path) = (cluster.name.as_str(), cluster.config_path.as_str());
    let Some(folder) = folder else {
        let message = if path.is_empty() {
            "the cluster has no config_path".to_owned()
        } else {
            format!("{path} is no path inside a repository")
        };
        let remedy = "update the cluster's config_path to the folder of its params files";
        return report.fail(FOLDER, name, message, remedy);
    };
    match &folder.files {
        Err(GitError::FileNotFound { .. }) => {
            let remedy = format!(
                "commit {path}/{}, or update the cluster's config_path",
                example(asked, cluster)
            );
            report.fail(FOLDER, name, format!("there is no folder {path}"), remedy);
        }
        Err(error) => {
            let remedy = "put a real folder in its place: links and submodules are never followed";
            report.fail(FOLDER, name, error.to_string(), remedy);
        }
        Ok(files) => {
            let missing = missing(asked, cluster, files);
            let mut message = format!("the folder {path} is there");
            if !missing.is_empty() && !files.is_empty() {
                message.push_str(&format!(
                    "; it has no file for {}: a proposal about one of these would end with PARAMS_FILE_NOT_FOUND",
                    listed(&missing)
                ));
            }
            report.pass(FOLDER, name, message);
            if files.is_empty() {
                let subject = format!("{path}/*{SUFFIX}");
                let remedy = format!(
                    "commit {path}/{} with an object in it, {{}} at least",
                    example(asked, cluster)
                );
                report.fail(FILE, &subject, "the folder has no params file", remedy);
            }
        }
    }
}

fn files(asked: &Asked, folder: &Folder, report: &mut Report) {
    let Ok(files) = &folder.files else { return };
    for file in files {
        match &file.blob {
            Err(error) => {
                let remedy = "replace it by a regular file that no filter rewrites; the rest of the repository may keep its links and filters";
                report.fail(FILE, &file.path, error.to_string(), remedy);
            }
            Ok(blob) => match pullwright_params::inspect(&blob.bytes) {
                Ok(members) => report.pass(FILE, &file.path, fit(asked, file, members)),
                Err(error) => {
                    let remedy = format!(
                        "mend {} on the base branch: it must be one JSON object in UTF-8 with each key once",
                        file.path
                    );
                    report.fail(FILE, &file.path, error.to_string(), remedy);
                }
            },
        }
    }
    if folder.more > 0 {
        let why = format!("the folder has {} more", folder.more);
        report.skip(FILE, &format!("{}/*{SUFFIX}", folder.path), &why);
    }
}

fn fit(asked: &Asked, file: &FolderFile, members: usize) -> String {
    let known = asked.templates.iter().any(|template| template.name == template_of(&file.path));
    let end = if known { "" } else { "; no template of this name is registered" };
    let members = if members == 1 { "1 member".to_owned() } else { format!("{members} members") };
    format!("it is an object of {members}{end}")
}

/// The template whose parameters a file holds.
fn template_of(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.strip_suffix(SUFFIX).unwrap_or(name)
}

/// The templates of the cluster's engine that have no file.
fn missing<'a>(asked: &'a Asked, cluster: &Cluster, files: &[FolderFile]) -> Vec<&'a str> {
    asked
        .templates
        .iter()
        .filter(|template| template.engine_type == cluster.engine_type)
        .map(|template| template.name.as_str())
        .filter(|name| !files.iter().any(|file| template_of(&file.path) == *name))
        .collect()
}

/// The name of a file that the folder could have.
fn example(asked: &Asked, cluster: &Cluster) -> String {
    let template =
        asked.templates.iter().find(|template| template.engine_type == cluster.engine_type);
    let name = template.map_or("{template}", |template| template.name.as_str());
    format!("{name}{SUFFIX}")
}

/// The first few names, and how many more there are.
fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 5;
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
