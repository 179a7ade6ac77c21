//! The smallest possible diff: untouched bytes stay untouched, all the way to the pull request.

use pullwright_harness::WireOptions;
use serde_json::json;

use crate::system;

const PATH: &str = "configs/products-prod-es/product_search.params.json";

#[tokio::test]
async fn a_crlf_file_with_odd_indentation_changes_by_exactly_one_line() {
    let params =
        "\u{feff}{\r\n\t \"boost\" :  1.0,\r\n   \"fuzziness\":\"0\"\r\n ,\"tie_breaker\": 1e-05}";
    let system = system::wired(WireOptions::new("crlf").file(PATH, params)).await;
    let (_, pull) = system.opened(json!({"boost": {"from": 1.0, "to": 2.50}})).await;

    assert_eq!(
        system.changed_lines(&pull).await,
        ["-\t \"boost\" :  1.0,\r", "+\t \"boost\" :  2.5,\r"]
    );
    assert_eq!(system.file(&pull.head_ref, PATH).await, params.replace(":  1.0", ":  2.5"));
}

#[tokio::test]
async fn a_number_is_written_as_the_caller_spelled_it() {
    let system = system::wired(WireOptions::new("spelling")).await;
    let body = format!(
        r#"{{"cluster_id":"{}","template_id":"{}","config_diff":{{"boost":{{"from":1.0,"to":2.50e0}}}}}}"#,
        system.wired.cluster_id, system.wired.template_id
    );
    let request = system
        .rest
        .request(reqwest::Method::POST, "/api/v1/proposals")
        .bearer_auth(&system.stack.credentials.operator)
        .header("content-type", "application/json")
        .body(body);
    let created = pullwright_harness::Rest::answer(request).await.unwrap();
    assert_eq!(created.status, 201, "{}", created.text);
    assert!(created.text.contains("2.50e0"), "{}", created.text);
    let proposal = created.body["id"].as_str().unwrap();
    system.open(proposal).await;
    let now = system.until(proposal, "pr_opened").await;
    let pull = system.pull(now["pr_url"].as_str().unwrap()).await;
    assert!(system.file(&pull.head_ref, PATH).await.contains("\"boost\": 2.50e0,"));
}

#[tokio::test]
async fn a_key_with_dots_is_literal_where_the_file_has_it_and_a_path_elsewhere() {
    let literal =
        "{\n  \"field_boosts.title\": 2.0,\n  \"field_boosts\": {\n    \"title\": 3.0\n  }\n}\n";
    let nested = "{\n  \"field_boosts\": {\n    \"title\": 3.0\n  }\n}\n";
    for (name, file, removed, added) in [
        (
            "dots-literal",
            literal,
            "-  \"field_boosts.title\": 2.0,",
            "+  \"field_boosts.title\": 4.5,",
        ),
        ("dots-nested", nested, "-    \"title\": 3.0", "+    \"title\": 4.5"),
    ] {
        let options =
            WireOptions::new(name).file(PATH, file).declare(json!({"field_boosts.title": "float"}));
        let system = system::wired(options).await;
        let (_, pull) =
            system.opened(json!({"field_boosts.title": {"from": 2.0, "to": 4.5}})).await;
        assert_eq!(system.changed_lines(&pull).await, [removed, added], "{name}");
    }
}

#[tokio::test]
async fn drift_is_told_and_does_not_block() {
    let system = system::wired(WireOptions::new("drift")).await;
    let (proposal, pull) = system.opened(json!({"boost": {"from": 99, "to": 2.5}})).await;
    let body = pull.body.unwrap();
    assert!(body.contains("the file says `1.0` today"), "{body}");
    assert_eq!(system.count(&proposal, "drift").await, 1);
}

#[tokio::test]
async fn a_file_that_says_it_already_is_never_an_empty_commit() {
    let system = system::wired(WireOptions::new("no-change")).await;
    let proposal = system.propose(json!({"boost": {"from": 0.5, "to": 1.0}})).await;
    system.open(&proposal).await;
    let error = system.until_failed(&proposal).await;
    assert!(error.starts_with("NO_CHANGE: "), "{error}");
    assert!(system.pulls().await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_edited_is_refused_with_its_own_code() {
    let cases = [
        (
            "missing-file",
            PATH,
            None,
            json!({"boost": {"from": 1.0, "to": 2.5}}),
            "PARAMS_FILE_NOT_FOUND",
        ),
        (
            "not-json",
            PATH,
            Some("{boost: 1}"),
            json!({"boost": {"from": 1.0, "to": 2.5}}),
            "PARAMS_FILE_NOT_FOUND",
        ),
        (
            "duplicate",
            PATH,
            Some("{\"boost\": 1, \"boost\": 2}"),
            json!({"boost": {"from": 1.0, "to": 2.5}}),
            "PARAM_CONFLICT",
        ),
        (
            "wrong-type",
            PATH,
            Some("{\"boost\": 1.0}"),
            json!({"boost": {"from": 1.0, "to": "x"}}),
            "PARAM_NOT_IN_TEMPLATE",
        ),
    ];
    for (name, path, content, diff, code) in cases {
        let mut options = WireOptions::new(name);
        match content {
            Some(content) => options = options.file(path, content),
            None => drop(options.files.remove(path)),
        }
        let system = system::wired(options).await;
        let proposal = system.propose(diff).await;
        system.open(&proposal).await;
        let error = system.until_failed(&proposal).await;
        assert!(error.starts_with(&format!("{code}: ")), "{name}: {error}");
        assert!(system.pulls().await.is_empty(), "{name}");
    }
}
