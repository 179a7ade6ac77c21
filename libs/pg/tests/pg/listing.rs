//! Lists: every row once, in order, with a true total, and no value ever becomes SQL.

use pullwright_pg::{
    Client, Pool, Queries as _, Settings,
    listing::{Argument, Condition, Listing, Order, Part, Shown},
};
use pullwright_testkit::stores::fresh_database;

/// Many ties, rows without a state, and ids that follow no order.
const TABLE: &str = "
    CREATE TABLE things (id bigint PRIMARY KEY, name text NOT NULL, state text);
    INSERT INTO things
    SELECT (n * 7919) % 211, 'n' || n % 5, CASE WHEN n % 4 > 0 THEN 's' || n % 4 END
    FROM generate_series(1, 60) AS n;";

const SHOWN: Shown = Shown { columns: "things.*", joins: "" };

async fn things() -> Client {
    let url = fresh_database("listing").await.unwrap().url;
    let client = Pool::connect(&Settings::new(url, "test")).unwrap().client().await.unwrap();
    client.batch_execute(TABLE).await.unwrap();
    client
}

type Thing = (i64, String, Option<String>);

/// All pages of `size`, one after the other.
async fn walk(client: &Client, order: Order, size: i64) -> Vec<Thing> {
    let mut seen: Vec<Thing> = Vec::new();
    loop {
        let mut listing = Listing::of("things", "id").order(order);
        if let Some((id, name, state)) = seen.last() {
            let value = match order {
                Order::Id { .. } => None,
                Order::Column { name: "name", .. } => Some(Argument::from(name.clone())),
                Order::Column { .. } => state.clone().map(Argument::from),
            };
            listing = listing.after(value, *id);
        }
        let fetched = listing.fetch(client, size, SHOWN).await.unwrap();
        assert_eq!(fetched.total, 60);
        if fetched.rows.is_empty() {
            return seen;
        }
        seen.extend(
            fetched.rows.iter().map(|row| (row.get("id"), row.get("name"), row.get("state"))),
        );
    }
}

#[tokio::test]
async fn any_page_size_gives_every_row_once_and_in_the_order_of_one_plain_statement() {
    let client = things().await;
    let name = |descends| Order::Column { name: "name", is_nullable: false, descends };
    let state = |descends| Order::Column { name: "state", is_nullable: true, descends };
    for (order, by) in [
        (Order::Id { descends: false }, "id ASC"),
        (Order::Id { descends: true }, "id DESC"),
        (name(false), "name ASC, id DESC"),
        (name(true), "name DESC, id DESC"),
        (state(false), "state ASC NULLS FIRST, id DESC"),
        (state(true), "state DESC NULLS LAST, id DESC"),
    ] {
        let rows = client.query(&format!("SELECT * FROM things ORDER BY {by}"), &[]).await.unwrap();
        let plain: Vec<i64> = rows.iter().map(|row| row.get("id")).collect();
        for size in [1, 2, 7, 15, 59, 60, 61] {
            let walked = walk(&client, order, size).await;
            let ids: Vec<i64> = walked.iter().map(|thing| thing.0).collect();
            assert_eq!(ids, plain, "{by}, {size} rows a page");
        }
    }
}

#[tokio::test]
async fn a_filter_counts_and_shows_what_passes_it() {
    let client = things().await;
    let listing = || Listing::of("things", "id").when("state IS NOT NULL").compare("name =", "n3");
    let page = listing().fetch(&client, 4, SHOWN).await.unwrap();
    assert_eq!((page.rows.len(), page.total), (4, 9));
    assert!(page.rows.iter().all(|row| row.get::<_, &str>("name") == "n3"));
    let beyond = listing().after(None, -1_i64).fetch(&client, 4, SHOWN).await.unwrap();
    assert_eq!((beyond.rows.len(), beyond.total), (0, 9), "an empty page has a total too");
}

#[tokio::test]
async fn an_exception_is_neither_shown_nor_counted() {
    let client = things().await;
    let listing = || {
        Listing::of("things", "id")
            .when("state IS NOT NULL")
            .unless("name = 'n3'")
            .unless("name IN (SELECT 'n' || n FROM generate_series(3, 4) AS n)")
    };
    let plain = client
        .query_one(
            "SELECT count(*) FROM things WHERE state IS NOT NULL AND name NOT IN ('n3', 'n4')",
            &[],
        )
        .await
        .unwrap();
    let page = listing().fetch(&client, 100, SHOWN).await.unwrap();
    assert_eq!((i64::try_from(page.rows.len()).unwrap(), page.total), (plain.get(0), plain.get(0)));
    assert!(page.rows.iter().all(|row| !["n3", "n4"].contains(&row.get("name"))));
}

#[tokio::test]
async fn a_total_is_the_sum_of_its_parts_without_the_exceptions() {
    let client = things().await;
    let kept = "
        CREATE TABLE kept (name text, n bigint);
        INSERT INTO kept SELECT name, count(*) FROM things WHERE id >= 100 GROUP BY name";
    client.batch_execute(kept).await.unwrap();
    let sum = |name: &'static str| Part::Kept {
        column: "n",
        table: "kept",
        conditions: vec![Condition::compare("name =", name), Condition::holds("n > 0")],
    };
    let listing = |name: &'static str| {
        let counted = Part::Counted(vec![Condition::compare("id <", 100_i64)]);
        Listing::of("things", "id").compare("name =", name).total(vec![sum(name), counted])
    };
    for (name, passed) in [("n1", 12), ("n3", 12), ("none", 0)] {
        let page = listing(name).fetch(&client, 5, SHOWN).await.unwrap();
        assert_eq!(page.total, passed, "{name}");
    }
    let plain = client.query_one(
        "SELECT count(*) FROM things WHERE name = 'n1' AND state IS DISTINCT FROM 's2'",
        &[],
    );
    let page = listing("n1").unless("state IS NOT DISTINCT FROM 's2'");
    let page = page.fetch(&client, 5, SHOWN).await.unwrap();
    assert_eq!(page.total, plain.await.unwrap().get::<_, i64>(0));
}

#[tokio::test]
async fn a_value_is_never_sql_and_leaves_no_prepared_statement() {
    let client = things().await;
    for hostile in ["' OR true --", "n1'; DROP TABLE things; --", "$1", "\\"] {
        let listing = Listing::of("things", "id").compare("name =", hostile.to_owned());
        let page = listing.fetch(&client, 10, SHOWN).await.unwrap();
        assert_eq!((page.rows.len(), page.total), (0, 0), "{hostile}");
    }
    let kept =
        client.query_one("SELECT count(*) AS n FROM pg_prepared_statements", &[]).await.unwrap();
    assert_eq!(kept.get::<_, i64>("n"), 1, "the one that asks");
}

#[tokio::test]
async fn a_list_is_read_in_a_transaction_too() {
    let mut client = things().await;
    let tx = client.begin().await.unwrap();
    tx.execute("DELETE FROM things WHERE name = 'n1'", &[]).await.unwrap();
    let page = Listing::of("things", "id").fetch(&tx, 1, SHOWN).await.unwrap();
    assert_eq!(page.total, 48);
}
