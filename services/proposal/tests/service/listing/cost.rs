//! What a list costs: one statement, however many rows it shows.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use pullwright_pg::{Queries as _, Settings};
use pullwright_proto::proposal as v1;
use pullwright_settings::{ExposeSecret as _, SecretString};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use super::crowd;
use crate::harness::{Harness, answer};

/// Stands between the ledger and PostgreSQL and notes the statements that are executed.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    /// The same database behind it.
    fn before(&self, settings: &Settings) -> Settings {
        let url = settings.url.expose_secret();
        let (head, tail) = url.split_once('@').unwrap();
        let (server, database) = tail.split_once('/').unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let ours = listener.local_addr().unwrap();
        let listener = TcpListener::from_std(listener).unwrap();
        tokio::spawn(self.clone().serve(listener, server.parse().unwrap()));
        let url = SecretString::from(format!("{head}@{ours}/{database}"));
        Settings { url, ..settings.clone() }
    }

    async fn serve(self, listener: TcpListener, server: SocketAddr) {
        while let Ok((client, _)) = listener.accept().await {
            let (client_read, mut client_write) = client.into_split();
            let (mut server_read, server_write) =
                TcpStream::connect(server).await.unwrap().into_split();
            let notes = self.clone();
            tokio::spawn(async move { notes.forward(client_read, server_write).await });
            tokio::spawn(async move { tokio::io::copy(&mut server_read, &mut client_write).await });
        }
    }

    /// Forwards messages: `P` is Parse (name, text), `B` Bind (portal, name), `E` Execute. The first message has no type.
    async fn forward(
        &self,
        mut from: OwnedReadHalf,
        mut to: OwnedWriteHalf,
    ) -> std::io::Result<()> {
        let (mut has_type, mut texts, mut bound) = (false, HashMap::new(), String::new());
        loop {
            let kind = if has_type { Some(from.read_u8().await?) } else { None };
            let length = from.read_u32().await?;
            let mut body = vec![0; usize::try_from(length).unwrap() - 4];
            from.read_exact(&mut body).await?;
            let mut words = body.split(|byte| *byte == 0).map(String::from_utf8_lossy);
            let mut word = || words.next().unwrap_or_default().into_owned();
            match kind {
                Some(b'P') => drop(texts.insert(word(), word())),
                Some(b'B') => bound = texts.get(&[word(), word()][1]).cloned().unwrap_or_default(),
                Some(b'E') => self.0.lock().unwrap().push(bound.clone()),
                _ => {}
            }
            let mut message: Vec<u8> = kind.into_iter().collect();
            message.extend(length.to_be_bytes());
            message.extend(body);
            to.write_all(&message).await?;
            has_type = true;
        }
    }

    /// How many statements were executed about what is listed; a look at the database's health is not one.
    fn take(&self) -> usize {
        let notes = std::mem::take(&mut *self.0.lock().unwrap());
        notes
            .iter()
            .filter(|text| {
                ["proposals", "studies", "events"].iter().any(|table| text.contains(table))
            })
            .count()
    }
}

/// §22.5: the reference asks once more for each row.
#[tokio::test]
async fn a_list_is_one_statement_however_many_rows_it_shows() {
    let notes = Notes::default();
    let through = notes.clone();
    let ledger =
        Harness::start_with(move |settings| settings.database = through.before(&settings.database))
            .await;
    crowd::fill(&ledger, 250).await;
    // Nothing is done through the ledger, which would tell its replicas aside.
    const EVENTS: &str = "INSERT INTO events (proposal_id, kind, actor, message) SELECT id, 'tried', 'runner', '' FROM proposals";
    ledger.db().await.execute(EVENTS, &[]).await.unwrap();
    for page_size in [1, 200] {
        let proposals =
            v1::ListProposalsRequest { page_size, ..v1::ListProposalsRequest::default() };
        let studies = v1::ListStudiesRequest { page_size, ..v1::ListStudiesRequest::default() };
        notes.take();
        let page = answer(ledger.proposals().list_proposals(proposals).await).unwrap();
        assert_eq!(i32::try_from(page.proposals.len()).unwrap(), page_size);
        assert_eq!(notes.take(), 1, "proposals");
        let events = v1::ListProposalEventsRequest {
            proposal_id: page.proposals[0].id.clone(),
            page_size,
            ..v1::ListProposalEventsRequest::default()
        };
        let page = answer(ledger.studies().list_studies(studies).await).unwrap();
        assert_eq!(i32::try_from(page.studies.len()).unwrap(), page_size);
        assert_eq!(notes.take(), 1, "studies");
        answer(ledger.proposals().list_proposal_events(events).await).unwrap();
        assert_eq!(notes.take(), 2, "whether there is such a proposal, and its events");
    }
}
