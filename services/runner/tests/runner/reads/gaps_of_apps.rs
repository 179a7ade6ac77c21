//! The log of an App's hook, read with a token that speaks for the App itself.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    response::IntoResponse as _,
};
use pullwright_proto::job::{
    AppRef, FillDeliveryGapsSpec, JobKind, complete_job_request::Outcome,
    fill_delivery_gaps_spec::Hook, job::Spec,
};
use pullwright_types::{Clock as _, SystemClock};
use tokio::net::TcpListener;
use uuid::Uuid;

use super::done;
use crate::questions::harness::World;

/// A GitHub with one App whose hook missed everything; writes down method, path and credential.
async fn github(asked: Arc<Mutex<Vec<String>>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let web = format!("http://{}", listener.local_addr().unwrap());
    let answer = async |State(asked): State<Arc<Mutex<Vec<String>>>>, request: Request| {
        let header = request.headers().get("authorization").map(|text| text.to_str().unwrap());
        let line = format!("{} {} {}", request.method(), request.uri(), header.unwrap_or_default());
        asked.lock().unwrap().push(line);
        if request.method() == "POST" {
            return (StatusCode::ACCEPTED, "{}").into_response();
        }
        let now = SystemClock.now();
        format!(
            r#"[{{"id":9,"guid":"g-9","delivered_at":"{now}","status_code":500,"event":"push","action":null}}]"#
        )
        .into_response()
    };
    let router = Router::new().fallback(answer).with_state(asked);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    web
}

#[tokio::test]
async fn an_apps_missing_deliveries_are_asked_for_with_the_apps_own_token() {
    let mut world = World::start().await;
    world.stop().await;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let web = github(Arc::clone(&asked)).await;
    let hosts = world.data().with_file_name("hosts-of-the-app");
    let text = format!(r#"[{{"web":"{web}","api":"{web}/api/v3","git":"{web}"}}]"#);
    std::fs::write(&hosts, text).unwrap();
    world.run(&[("GITHUB_HOSTS_FILE", hosts.to_str().unwrap())]).await;
    let token = ["head", "claims-of-the-app", "signature"].join(".");
    world.tell(|told| {
        told.app_token = token.clone();
        told.missing = ["g-9".to_owned()].into();
    });
    let app = AppRef { app_id: Uuid::now_v7().to_string(), host: web };
    let spec = FillDeliveryGapsSpec { hook: Some(Hook::App(app)), ..Default::default() };
    let ended = world.work(JobKind::FillDeliveryGaps, Spec::FillDeliveryGaps(spec)).await;
    let Outcome::GapsFilled(filled) = done(ended) else { panic!("another end") };
    assert_eq!((filled.asked_delivery_ids, filled.failure), (vec!["g-9".to_owned()], None));
    let asked = asked.lock().unwrap();
    let expected = [
        format!("GET /api/v3/app/hook/deliveries?per_page=100 Bearer {token}"),
        format!("POST /api/v3/app/hook/deliveries/9/attempts Bearer {token}"),
    ];
    assert_eq!(*asked, expected);
}
