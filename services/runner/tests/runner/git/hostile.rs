//! The corpus of hostile repositories: every one is either read or refused for good, and nothing of it is ever run.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pullwright_runner::git::{Engine, Retry};
use serde_json::Value;

use super::world::World;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/hostile/repo_tree.json");

/// The file that is edited, beside whatever a case holds; it sorts after all of it.
const FILE: &str = "zz.params.json";

/// Cases whose expectation is about a check-out, which does not happen here: the file beside is simply read.
const HARMLESS_WITHOUT_A_WORK_TREE: &[&str] = &["TR-073"];

/// Trees that the other side's own git dies on: nothing arrives that could be judged, so the attempts run out.
const NOTHING_ARRIVES: &[&str] = &["TR-032", "TR-038"];

/// Five thousand folders, each made by a process of its own, would take longer than all the rest.
const LEFT_OUT: &[&str] = &["TR-071"];

fn bytes(entry: &Value, plain: &str, encoded: &str) -> Option<Vec<u8>> {
    match (entry.get(plain), entry.get(encoded)) {
        (Some(text), _) => Some(text.as_str().unwrap().as_bytes().to_vec()),
        (None, Some(text)) => Some(STANDARD.decode(text.as_str().unwrap()).unwrap()),
        (None, None) => None,
    }
}

fn name(entry: &Value) -> Vec<u8> {
    match entry.get("name_gen") {
        Some(made) => {
            let times = made["n"].as_u64().unwrap().try_into().unwrap();
            made["unit"].as_str().unwrap().repeat(times).into_bytes()
        }
        None => bytes(entry, "name", "name_b64").unwrap(),
    }
}

/// What an entry names, and its mode.
fn target(world: &World, entry: &Value) -> (String, String) {
    let store = |kind, bytes: &[u8]| world.git.store(kind, bytes);
    if let Some(bomb) = entry.get("bomb") {
        let mut below = (String::from("100644"), store("blob", b"boom"));
        for _ in 0..bomb["levels"].as_u64().unwrap() {
            let width = bomb["width"].as_u64().unwrap();
            let rows = (0..width)
                .map(|n| (below.0.clone(), format!("d{n}").into_bytes(), below.1.clone()));
            below = ("40000".to_owned(), store("tree", &rows.flat_map(row).collect::<Vec<u8>>()));
        }
        return below;
    }
    let mode = entry["mode"].as_str().unwrap().to_owned();
    if let Some(children) = entry.get("children") {
        return (mode, tree(world, children, true, false));
    }
    if let Some(oid) = entry.get("sha") {
        return (mode, oid.as_str().unwrap().to_owned());
    }
    let content =
        bytes(entry, "target", "target_b64").or_else(|| bytes(entry, "content", "content_b64"));
    (mode, store("blob", &content.unwrap_or_else(|| b"x\n".to_vec())))
}

type Row = (String, Vec<u8>, String);

fn row((mode, name, oid): Row) -> Vec<u8> {
    let digits = (0..40).step_by(2).map(|at| u8::from_str_radix(&oid[at..at + 2], 16).unwrap());
    [mode.as_bytes(), b" ", &name, b"\0", &digits.collect::<Vec<u8>>()].concat()
}

fn tree(world: &World, entries: &Value, sort: bool, with_file: bool) -> String {
    let mut rows: Vec<Row> = Vec::new();
    for entry in entries.as_array().unwrap() {
        let (mode, oid) = target(world, entry);
        rows.push((mode, name(entry), oid));
    }
    if with_file {
        let oid = world.git.store("blob", b"{}\n");
        rows.push(("100644".to_owned(), FILE.as_bytes().to_vec(), oid));
    }
    if sort {
        let is_folder = |mode: &str| mode.trim_start_matches('0') == "40000";
        rows.sort_by_key(|(mode, name, _)| {
            [name.as_slice(), if is_folder(mode) { b"/" } else { b"" }].concat()
        });
    }
    world.git.store("tree", &rows.into_iter().flat_map(row).collect::<Vec<u8>>())
}

fn commit(world: &World, input: &Value) {
    let sort = input.get("sort").and_then(Value::as_bool).unwrap_or(true);
    let tree = tree(world, &input["entries"], sort, true);
    let rest = bytes(input, "commit_raw", "commit_raw_b64").unwrap_or_else(|| {
        let by = "A U Thor <a@example.org> 1700000000 +0000";
        format!("author {by}\ncommitter {by}\n\nm\n").into_bytes()
    });
    let commit = [format!("tree {tree}\n").as_bytes(), &rest].concat();
    let oid = world.git.store("commit", &commit);
    world.git.set_branch("main", &oid);
}

#[tokio::test]
async fn every_hostile_repository_is_read_or_refused_for_good() {
    let corpus: Value = serde_json::from_slice(&std::fs::read(CORPUS).unwrap()).unwrap();
    let world = World::start().await;
    let mut tried = 0;
    for case in corpus["cases"].as_array().unwrap() {
        let id = case["id"].as_str().unwrap();
        if LEFT_OUT.contains(&id) {
            continue;
        }
        commit(&world, &case["input"]);
        let opened = world.engine.open_base(&world.remote, "main", FILE, &[]).await;
        let harmless = HARMLESS_WITHOUT_A_WORK_TREE.contains(&id);
        match case["expect"]["outcome"].as_str().unwrap() {
            "reject" if !harmless => {
                let error = opened.expect_err(id);
                let expected =
                    if NOTHING_ARRIVES.contains(&id) { Retry::Backoff } else { Retry::Never };
                assert_eq!(error.retry(), expected, "{id}: {error}");
            }
            "accept" | "reject" => assert_eq!(opened.expect(id).blob.bytes, b"{}\n", "{id}"),
            _ => {
                if let Err(error) = opened {
                    assert_eq!(error.code(), "CLONE_FAILED", "{id}: {error}");
                }
            }
        }
        tried += 1;
    }
    assert!(tried > 30, "{tried} cases");
    assert!(!std::path::Path::new("/tmp/pwn").exists());
}

#[tokio::test]
async fn a_file_that_unpacks_to_far_more_than_is_edited_is_refused() {
    let world = World::start().await;
    world.git.write("bomb.params.json", vec![b' '; 64 << 20]);
    world.git.commit_to("main");
    let error =
        world.engine.open_base(&world.remote, "main", "bomb.params.json", &[]).await.unwrap_err();
    assert_eq!(error.code(), "PATH_REFUSED", "{error}");
}

#[tokio::test]
async fn git_cannot_take_more_memory_or_disk_than_it_may() {
    let world = World::start_with(|settings| settings.largest_file = 1 << 20).await;
    let noise: Vec<u8> =
        (0..1_000_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    world.git.write("noise.params.json", noise);
    world.git.commit_to("main");
    let opened = world.engine.open_base(&world.remote, "main", "noise.params.json", &[]).await;
    assert!(opened.is_err());
    let folder = world.git_dir().join("objects/pack");
    for file in std::fs::read_dir(folder).unwrap() {
        assert!(file.unwrap().metadata().unwrap().len() <= 1 << 20);
    }
}
