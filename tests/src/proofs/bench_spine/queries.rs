//! What a desktop answers its window, against the same SQL without anything around it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use firebell_client::api::ApiError;
use firebell_client::api::timeline::ListStream;
use futures_util::future::BoxFuture;
use serde::Serialize;
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{ConnectOptions, Row, SqliteConnection};

use super::first_sync;
use super::measure::{Line, Samples};
use super::stock::Stock;
use crate::harness::headless::{Headless, database};
use crate::harness::wait;
use crate::proof::Ground;

/// What answers a key stroke is there by the next frame, in milliseconds.
const FRAME: f64 = 16.0;
/// The index of a million entries is made in the background.
const INDEXED: Duration = Duration::from_secs(1_800);

/// All that a row of the board shows.
const BOARD: &str =
    "SELECT i.id, i.number, i.summary, i.severity, i.state, i.service, i.im, i.im_change,
      i.declared_at, i.impact_start, i.impact_end, i.over_at, i.restricted, i.drill, i.unsent,
      EXISTS (SELECT 1 FROM outbox o WHERE o.incident = i.id),
      EXISTS (SELECT 1 FROM page p WHERE p.incident = i.id AND +p.state = 'ringing'),
      (SELECT p.state FROM page p WHERE p.incident = i.id ORDER BY p.started_at DESC LIMIT 1)
    FROM incident i WHERE i.open = 1
    ORDER BY i.severity, i.declared_at DESC, i.id DESC LIMIT 200";
const TIMELINE: &str = "SELECT s.id, s.at, h.row, s.body, e.body FROM stream s
    LEFT JOIN history h ON h.seq = s.seq LEFT JOIN entity e ON e.id = s.id
    WHERE s.incident = ? ORDER BY s.at DESC, s.id DESC LIMIT 200";
const SEARCH: &str = "SELECT d.incident, d.at, e.body, i.number, i.summary FROM search s
    CROSS JOIN search_doc d ON d.rowid = s.rowid CROSS JOIN entity e ON e.id = d.entity
    CROSS JOIN incident i ON i.id = d.incident
    WHERE s.search MATCH 'gateway' ORDER BY s.rowid DESC LIMIT 50";

pub(super) async fn measure(ground: &Ground, stock: &Stock) -> Result<Vec<Line>> {
    let turns = ground.size().pick(30, 300);
    let folder = first_sync::desktop(ground)?;
    let desktop = Headless::open(&folder, "ivy").await?;
    let mut file =
        SqliteConnectOptions::new().filename(database(&folder)?).read_only(true).connect().await?;
    wait::until("the index", INDEXED, async || {
        // A connection of its own: the closure may be asked again while the last answer is looked at.
        let mut file = SqliteConnectOptions::new()
            .filename(database(&folder)?)
            .read_only(true)
            .connect()
            .await?;
        let left: i64 =
            sqlx::query_scalar("SELECT count(*) FROM search_queue").fetch_one(&mut file).await?;
        Ok((left == 0).then_some(()))
    })
    .await?;
    let stream = ListStream {
        incident: stock.longest.to_string(),
        before: None,
        limit: 200,
        entries_only: false,
    };
    let mut lines = Vec::new();
    let asks: [(&str, &'static str, u64, Ask<'_>); 3] = [
        (
            "board, ms",
            BOARD,
            stock.open.min(200),
            Box::new(|| Box::pin(json(desktop.get_board(()), |board| board.incidents.len()))),
        ),
        (
            "timeline, ms",
            TIMELINE,
            200,
            Box::new(|| {
                Box::pin(json(desktop.list_stream(stream.clone()), |page| page.entries.len()))
            }),
        ),
        (
            "search, ms",
            SEARCH,
            50,
            Box::new(|| Box::pin(json(desktop.search("gateway".to_owned()), Vec::len))),
        ),
    ];
    for (name, sql, rows, ask) in asks {
        let (mut ours, mut raw) = (Samples::default(), Samples::default());
        for turn in 0..turns + 1 {
            let started = Instant::now();
            let (text, listed) = ask().await.context(name)?;
            let took = started.elapsed();
            let (bare, count) = bare(&mut file, sql, stock).await?;
            ensure!(count == rows, "{name}: the SQL gives {count} rows of {rows}");
            let fits = listed > 0 && listed as u64 <= rows && !text.is_empty();
            ensure!(fits, "{name} answers {listed} of {rows}");
            // The first of each warms up.
            if turn > 0 {
                ours.time(took);
                raw.time(bare);
            }
        }
        lines.push(Line::new(name, "ms", ours, &raw).worst(FRAME));
    }
    desktop.close().await;
    Ok(lines)
}

/// Asks as the window does, and gives the text that it would get, and how many rows that is.
type Ask<'a> = Box<dyn Fn() -> BoxFuture<'a, Result<(String, usize)>> + Send + Sync + 'a>;

async fn json<T: Serialize>(
    answer: impl Future<Output = Result<T, ApiError>>,
    rows: fn(&T) -> usize,
) -> Result<(String, usize)> {
    let answer = answer.await?;
    Ok((serde_json::to_string(&answer)?, rows(&answer)))
}

/// Asks, and looks at every column of every row.
async fn bare(
    file: &mut SqliteConnection,
    sql: &'static str,
    stock: &Stock,
) -> Result<(Duration, u64)> {
    let started = Instant::now();
    let mut query = sqlx::query(sql);
    if sql == TIMELINE {
        query = query.bind(stock.longest.0.as_bytes().to_vec());
    }
    let rows = query.fetch_all(file).await?;
    let weight: usize = rows.iter().map(weight).sum();
    ensure!(weight > 0, "nothing came");
    Ok((started.elapsed(), rows.len() as u64))
}

fn weight(row: &SqliteRow) -> usize {
    let columns = 0..row.len();
    columns
        .map(|at| {
            row.try_get_unchecked::<Option<Vec<u8>>, _>(at).ok().flatten().map_or(0, |it| it.len())
        })
        .sum()
}
