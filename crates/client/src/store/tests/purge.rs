//! What is purged leaves no bytes.

use super::*;

fn bytes_of(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        all.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    all
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

#[tokio::test]
async fn a_purged_incident_leaves_no_byte_but_the_persons_own_unsent_words() {
    let (folder, mut record, mut pen, store) = desk(2).await;
    for n in 0..30 {
        let id = entity(HOT + 10 * n);
        let word = if n == 7 { "canarytitle" } else { "ordinary" };
        record.server(Pen::new(200 + n).declare(id, None, word, false));
        for m in 1..9 {
            let text =
                if n == 7 { format!("canaryline{m} 密文金丝雀") } else { "line".to_owned() };
            record.server(Pen::new(1_000 + 10 * n + m).write(entity(HOT + 10 * n + m), id, &text));
        }
    }
    let secret = entity(HOT + 70);
    for n in 0..5 {
        let summary = format!("canarytitle number {n}");
        let change = IncidentChange::SetSummary { summary };
        record.server(Pen::new(9_000 + n).incident(secret, change));
    }
    pull(&store, &record).await;
    let slots = record.history(entity(1), secret);
    store.save_history(secret, History { slots, next: None }).await.unwrap();
    while crate::search::feed::step(&store).await.unwrap() > 0 {}
    let mine = IncidentChange::SetSummary { summary: "my own words".to_owned() };
    execute(&store, pen.incident(secret, mine)).await;
    assert!(contains(&bytes_of(folder.path()), "canary"));
    let tokens: Vec<String> = firebell_domain::search::tokens("密文金丝雀");
    assert!(contains(&bytes_of(folder.path()), &tokens[0]));

    store.forget(secret, BEGIN).await.unwrap();
    let left = bytes_of(folder.path());
    assert!(!contains(&left, "canary"), "in the file, its log or its index");
    assert!(!contains(&left, &tokens[0]));
    assert!(contains(&left, "my own words"));
    assert_eq!(store.entity(secret).await.unwrap(), None);
    assert_eq!(store.unsent_count().await.unwrap(), 1);
    store.check().await.unwrap();
    // Rows that were on their way when it happened do not come back.
    let slots = record.history(entity(1), secret);
    store.save_history(secret, History { slots, next: None }).await.unwrap();
    assert!(!contains(&bytes_of(folder.path()), "canary"));
}
