//! The ledger under test, called without a wire; what it must never answer is kept as a fault.

use std::sync::{Mutex, PoisonError};

use prost_types::Timestamp;
use pullwright_pg::Queries as _;
use pullwright_proposal::rpc::{delivery_service, job_service, proposal_service, study_service};
use pullwright_proto::{
    error::ErrorReason,
    proposal::{self as v1, study_service_server::StudyService as _},
};
use pullwright_rpc::Refusal;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::{
    harness::{Harness, uuid},
    studies::finished_study,
};

/// A ledger for one case after the other.
pub struct Ledger {
    pub harness: Harness,
    pub proposals: proposal_service::Service,
    pub studies: study_service::Service,
    pub jobs: job_service::Service,
    pub deliveries: delivery_service::Service,
    faults: Mutex<Vec<String>>,
}

/// The same few statements on hardly any rows, a million times.
const PLAN_ONCE: &str = "
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET plan_cache_mode = force_generic_plan', current_database());
    END $$";

/// What the database must never do, beside what its constraints say: the transitions of the state table and no others, and a journal
/// that only grows.
const WATCH: &str = "
    CREATE FUNCTION watch_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        was text := concat_ws('/', OLD.status, OLD.pr_state);
        is_now text := concat_ws('/', NEW.status, NEW.pr_state);
        is_legal boolean;
    BEGIN
        is_legal := CASE
            WHEN was = 'pending' THEN is_now IN ('pending', 'pr_opened/open', 'rejected', 'superseded', 'pr_merged/merged')
            WHEN was = 'pr_opened/open' THEN is_now IN ('pr_opened/open', 'pr_opened/closed', 'rejected/open', 'superseded/open', 'pr_merged/merged')
            WHEN was = 'pr_opened/closed' THEN is_now IN ('pr_opened/closed', 'pr_opened/open', 'rejected/closed', 'superseded/closed', 'pending', 'pr_merged/merged')
            WHEN OLD.status = 'rejected' THEN NEW.status = 'rejected' OR is_now = 'pr_merged/merged'
            WHEN OLD.status = 'superseded' THEN NEW.status = 'superseded' OR is_now IN ('pending', 'pr_merged/merged')
            ELSE is_now = 'pr_merged/merged'
        END;
        IF NOT is_legal THEN
            RAISE EXCEPTION 'illegal transition from % to %', was, is_now;
        END IF;
        IF NEW.generation < OLD.generation AND NEW.status <> 'pr_merged' THEN
            RAISE EXCEPTION 'generation % after %', NEW.generation, OLD.generation;
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER watch_proposal BEFORE UPDATE ON proposals FOR EACH ROW EXECUTE FUNCTION watch_proposal();

    CREATE FUNCTION watch_generation() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF OLD.pr_number <> NEW.pr_number OR OLD.pr_number IS NOT NULL AND NEW.pr_number IS NULL THEN
            RAISE EXCEPTION 'another pull request';
        END IF;
        IF OLD.pr_state = 'merged' AND NEW.pr_state <> 'merged' THEN
            RAISE EXCEPTION 'merged is final';
        END IF;
        IF OLD.branch <> NEW.branch THEN
            RAISE EXCEPTION 'another branch';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER watch_generation BEFORE UPDATE ON generations FOR EACH ROW EXECUTE FUNCTION watch_generation();

    CREATE FUNCTION watch_journal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'the journal only grows';
    END $$;
    CREATE TRIGGER watch_journal BEFORE UPDATE OR DELETE ON announcements FOR EACH ROW EXECUTE FUNCTION watch_journal()";

impl Ledger {
    /// A ledger of its own database.
    pub async fn start() -> Self {
        let few = super::script::MOST_ACTORS + 1;
        let harness = Harness::start_with(|settings| {
            settings.chart_comment = false;
            settings.database.pool_size = few.try_into().unwrap();
        })
        .await;
        harness.db().await.batch_execute(&format!("{PLAN_ONCE}; {WATCH}")).await.unwrap();
        // What was altered is in force on new connections.
        let harness = harness.replica().await;
        let app = || harness.app.clone();
        Self {
            proposals: proposal_service::Service(app()),
            studies: study_service::Service(app()),
            jobs: job_service::Service(app()),
            deliveries: delivery_service::Service(app()),
            faults: Mutex::default(),
            harness,
        }
    }

    /// What was answered, unless it was refused for a reason that anybody may meet.
    pub fn heard<T>(&self, what: &str, answer: Result<Response<T>, Status>) -> Option<T> {
        use ErrorReason as Reason;
        match answer {
            Ok(answer) => Some(answer.into_inner()),
            Err(status) => {
                let refusal = Refusal::from(status);
                let may_be = matches!(
                    refusal.reason,
                    Reason::InvalidStateTransition | Reason::LeaseLost | Reason::ProposalNotFound
                );
                if !may_be {
                    self.fault(format!("{what} answered {refusal:?}"));
                }
                None
            }
        }
    }

    /// Keeps that something is wrong.
    pub fn fault(&self, fault: String) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
    }

    /// What was wrong since this was asked last.
    pub fn take_faults(&self) -> Vec<String> {
        std::mem::take(&mut self.faults.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A proposal in a repository of its own: its id, its study's, and the repository's.
    pub async fn proposal(&self, name: &str, has_study: bool) -> (String, String, String) {
        let cluster_id = self.harness.registry.wired_cluster(name);
        let repository = self.harness.registry.repository_of(&cluster_id);
        if has_study {
            let request = v1::CreateStudyRequest { cluster_id, ..finished_study(&self.harness) };
            let created = self.studies.create_study(Request::new(request)).await.unwrap();
            let created = created.into_inner();
            return (created.proposal_id, created.study_id, repository);
        }
        (self.write(&cluster_id).await, String::new(), repository)
    }

    /// Writes a manual proposal past the service, which has other tests for it.
    async fn write(&self, cluster_id: &str) -> String {
        const SQL: &str = "
            WITH written AS (
                INSERT INTO proposals (id, cluster_id, cluster_name, cluster_engine_type, cluster_environment, template_id,
                                       template_name, template_version, template_engine_type, config_diff_sha256, status)
                VALUES ($1, $2, 'products', 'elasticsearch', 'prod', $3, 'product_search', 3, 'elasticsearch', '', 'pending')
            )
            INSERT INTO proposal_changes (proposal_id, key, from_json, to_json)
            VALUES ($1, 'boost', '1.0', '2.50')";
        let id = Uuid::now_v7();
        let template = uuid(&self.harness.template);
        let db = self.harness.db().await;
        db.execute(SQL, &[&id, &uuid(cluster_id), &template]).await.unwrap();
        id.to_string()
    }
}

/// A second of our time.
pub fn second(number: i64) -> Option<Timestamp> {
    Some(crate::runner::second(number))
}
