//! A desktop as far as the server can tell: a real WebSocket, a cursor, and a check of the chain.

use firebell_domain::{
    chain::Hash,
    change::Change,
    id::{EntityId, SetId},
};
use firebell_protocol::{
    KEY_RESERVE, VERSION,
    error::{ApiError, ErrorCode},
    frame::{PushSet, Resume, Ring, SetAnswer, ToClient, ToServer, Verdict},
    http::{LogPage, Session},
    row::{Cursor, Row, Slot},
};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};
use uuid::Uuid;

use super::world::{SOON, World};

pub(crate) type Socket = WebSocketStream<TcpStream>;

pub(crate) struct Desk {
    pub(crate) session: Session,
    pub(crate) cursor: Option<Cursor>,
    pub(crate) keys_left: u32,
    pub(crate) highest_key: u64,
    pub(crate) socket: Option<Socket>,
    /// Slots received and checked against the chain.
    pub(crate) slots: Vec<Slot>,
    number: u64,
}

pub(crate) async fn dial(world: &World) -> Socket {
    let stream = TcpStream::connect(world.address).await.unwrap();
    let url = format!("ws://{}/api/v1/socket", world.address);
    client_async(url, stream).await.unwrap().0
}

pub(crate) async fn receive(socket: &mut Socket) -> Option<ToClient> {
    loop {
        let message = tokio::time::timeout(SOON, socket.next()).await.expect("a frame in time");
        match message {
            Some(Ok(Message::Text(text))) => {
                return Some(serde_json::from_str(text.as_str()).expect("a frame"));
            }
            Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
            Some(Ok(_)) => {}
        }
    }
}

impl Desk {
    pub(crate) fn new(session: Session) -> Self {
        Self {
            session,
            cursor: None,
            keys_left: KEY_RESERVE,
            highest_key: 0,
            socket: None,
            slots: Vec::new(),
            number: 0,
        }
    }

    pub(crate) fn person(&self) -> EntityId {
        self.session.person
    }

    pub(crate) fn hello(&self) -> ToServer {
        ToServer::Hello {
            protocol: VERSION,
            token: self.session.token.clone(),
            device: self.session.device,
            cursor: self.cursor,
            keys_left: self.keys_left,
            highest_key: self.highest_key,
        }
    }

    /// Connects and says hello; how to go on.
    pub(crate) async fn connect(&mut self, world: &World) -> Resume {
        self.socket = Some(dial(world).await);
        let hello = self.hello();
        self.send(&hello).await;
        match self.next().await {
            ToClient::Welcome { person, resume, .. } => {
                assert_eq!(person, self.session.person);
                resume
            }
            other => panic!("no welcome but {other:?}"),
        }
    }

    /// Takes the end of the log as its own and connects.
    pub(crate) async fn connect_up_to_date(&mut self, world: &World) {
        let (_, page) = world.get("/api/v1/log?after=0", &self.session).await;
        let page: LogPage = serde_json::from_value(page).unwrap();
        assert_eq!(page.slots.len() as u64, page.last, "one page is enough in tests");
        let mut head = Hash::ZERO;
        for slot in &page.slots {
            head = head.extend(slot.seq(), slot.leaf().unwrap());
        }
        assert_eq!(head, page.head);
        let workspace = self.session.workspace;
        self.cursor = Some(Cursor { workspace, epoch: page.epoch, seq: page.last, head });
        assert_eq!(self.connect(world).await, Resume::Rows);
    }

    pub(crate) async fn send(&mut self, frame: &ToServer) {
        let text = serde_json::to_string(frame).unwrap();
        self.socket.as_mut().unwrap().send(Message::text(text)).await.unwrap();
    }

    /// The next frame; rows are checked and kept on the way.
    pub(crate) async fn next(&mut self) -> ToClient {
        let frame = receive(self.socket.as_mut().unwrap()).await.expect("the connection lives");
        if let ToClient::Rows { slots, head } = &frame {
            self.check(slots, *head);
        }
        frame
    }

    /// Rows extend what was seen, without gaps, and the chain says so.
    fn check(&mut self, slots: &[Slot], head: Hash) {
        let Some(cursor) = &mut self.cursor else { return };
        for slot in slots {
            assert_eq!(slot.seq(), cursor.seq + 1, "no gap and nothing twice");
            cursor.seq = slot.seq();
            cursor.head = cursor.head.extend(slot.seq(), slot.leaf().unwrap());
        }
        assert_eq!(cursor.head, head, "the chain");
        self.slots.extend_from_slice(slots);
    }

    /// Skips frames until one fits.
    pub(crate) async fn until<T>(&mut self, fits: impl Fn(&ToClient) -> Option<T>) -> T {
        loop {
            if let Some(found) = fits(&self.next().await) {
                return found;
            }
        }
    }

    /// Reads until the row `seq` was received.
    pub(crate) async fn until_row(&mut self, seq: u64) {
        while self.cursor.unwrap().seq < seq {
            self.next().await;
        }
    }

    /// Reads the log over HTTP to its end.
    pub(crate) async fn catch_up(&mut self, world: &World) {
        loop {
            let path = format!("/api/v1/log?after={}", self.cursor.unwrap().seq);
            let (_, body) = world.get(&path, &self.session).await;
            let page: LogPage = serde_json::from_value(body).unwrap();
            self.check(&page.slots, page.head);
            if self.cursor.unwrap().seq >= page.last {
                return;
            }
        }
    }

    pub(crate) async fn ring(&mut self) -> Ring {
        self.until(|frame| match frame {
            ToClient::Ring(ring) => Some(ring.clone()),
            _ => None,
        })
        .await
    }

    /// The error with which the server ends the connection.
    pub(crate) async fn fault(&mut self) -> ErrorCode {
        self.fault_whole().await.code
    }

    pub(crate) async fn fault_whole(&mut self) -> ApiError {
        self.until(|frame| match frame {
            ToClient::Fault { error } => Some(error.clone()),
            _ => None,
        })
        .await
    }

    pub(crate) fn sets(&mut self, sets: Vec<Vec<Change>>) -> Vec<PushSet> {
        sets.into_iter()
            .map(|changes| {
                self.number += 1;
                PushSet {
                    id: SetId(Uuid::now_v7()),
                    number: self.number,
                    after: Vec::new(),
                    again: false,
                    changes: changes.iter().map(|c| serde_json::to_value(c).unwrap()).collect(),
                }
            })
            .collect()
    }

    pub(crate) async fn answers(&mut self) -> Vec<SetAnswer> {
        self.until(|frame| match frame {
            ToClient::Answers { answers } => Some(answers.clone()),
            _ => None,
        })
        .await
    }

    /// Pushes one set that is accepted, and reads up to its last row.
    pub(crate) async fn does(&mut self, changes: Vec<Change>) -> u64 {
        let sets = self.sets(vec![changes]);
        self.send(&ToServer::Push { sets, more: false }).await;
        // Rows may come before the answer.
        match self.answers().await.remove(0).verdict {
            Verdict::Accepted { last, .. } => {
                self.until_row(last).await;
                last
            }
            other => panic!("{other:?}"),
        }
    }

    /// Rows of incidents that it could read.
    pub(crate) fn readable(&self) -> Vec<Row> {
        let rows = self.slots.iter().filter_map(|slot| match slot {
            Slot::Row { row, .. } => Some(serde_json::from_str::<Row>(row).unwrap()),
            Slot::Leaf { .. } => None,
        });
        rows.filter(|row| row.outcome.incident.is_some()).collect()
    }

    /// A frame that is as large as `bytes`.
    pub(crate) async fn send_bytes(&mut self, bytes: usize) {
        let message = Message::text("x".repeat(bytes));
        // The server may end the connection before it has read it all.
        drop(self.socket.as_mut().unwrap().send(message).await);
    }
}
