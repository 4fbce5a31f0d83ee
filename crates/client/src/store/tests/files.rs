//! Files: what opening reads, and what becomes of one that cannot be used.

use super::*;

#[tokio::test]
async fn a_file_that_cannot_be_used_stays_as_it_is() {
    let (folder, _, _, store) = desk(1).await;
    let path = file(&folder);
    let second = Store::open(&path, whose(1), |_| {}).await;
    assert!(matches!(second, Err(StoreError::Locked { .. })));
    store.close().await;
    drop(store);
    let good = std::fs::read(&path).unwrap();

    let refuse = async |bytes: &[u8], newer: bool, what: &str| {
        std::fs::write(&path, bytes).unwrap();
        match Store::open(&path, whose(1), |_| {}).await {
            Err(StoreError::Newer { .. }) => assert!(newer, "{what}"),
            Err(StoreError::Unreadable { .. }) => assert!(!newer, "{what}"),
            Err(error) => panic!("{what}: {error}"),
            Ok(_) => panic!("{what}: opened"),
        }
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "{what}: changed");
    };
    let mut newer = good.clone();
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    refuse(&newer, true, "newer").await;
    refuse(b"this is a letter to my aunt, not a database", false, "text").await;
    refuse(&good[..good.len() / 2], false, "cut").await;
    let mut foreign = good.clone();
    foreign[60..64].fill(0);
    refuse(&foreign, false, "foreign").await;
    for at in [18, 19] {
        let mut format = good.clone();
        format[at] = 10;
        refuse(&format, false, "a format that nobody writes yet").await;
    }
    for at in [100, 4_096 + 3, 8_192, 3 * 4_096 + 5] {
        let mut broken = good.clone();
        broken[at..at + 40].fill(0xa5);
        // Left as if the program had died, so that the whole file is looked through.
        std::fs::write(super::wal_of(&path), b"").unwrap();
        refuse(&broken, false, "broken page").await;
        std::fs::remove_file(super::wal_of(&path)).ok();
        std::fs::remove_file(path.with_extension("db-shm")).ok();
    }
    std::fs::write(&path, &good).unwrap();
    let other = Store::open(&path, whose(2), |_| {}).await;
    assert!(matches!(other, Err(StoreError::Unreadable { .. })));
    open(&path).await;
}

#[tokio::test]
async fn what_was_not_sent_is_saved_from_a_file_that_cannot_be_used() {
    let (folder, _, mut pen, store) = desk(1).await;
    let path = file(&folder);
    execute(&store, pen.declare(entity(HOT), None, "typed with care", false)).await;
    execute(&store, pen.write(entity(HOT + 1), entity(HOT), &"long ".repeat(9_000))).await;
    store.close().await;
    drop(store);
    let error = || StoreError::Unreadable { path: path.clone(), why: "a test".to_owned() };
    let saved = crate::bad_file::unusable(&path, folder.path(), error()).await;
    assert_eq!(saved.count, 2);
    // The list of tables is gone: the pages themselves are looked at.
    let mut broken = std::fs::read(&path).unwrap();
    broken[100..4_096].fill(0);
    std::fs::write(&path, &broken).unwrap();
    let saved = crate::bad_file::unusable(&path, folder.path(), error()).await;
    assert_eq!(saved.count, 2);
    let text = std::fs::read_to_string(saved.rescued.unwrap()).unwrap();
    assert!(text.contains("typed with care") && text.contains(&"long ".repeat(9_000)));
}

#[tokio::test]
async fn opening_reads_no_more_than_the_directory() {
    // Twenty thousand others that nobody could read: opening does not look at them.
    let (folder, _, _, store) = desk(1).await;
    let path = file(&folder);
    store.close().await;
    drop(store);
    let mut connection =
        sqlx::SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
         INSERT INTO entity (id, kind, incident, seq, life, body)
         SELECT randomblob(16), 'incident', randomblob(16), i, 1, CAST('not read at start' AS BLOB) FROM n",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    open(&path).await;
}
