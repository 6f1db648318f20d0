//! Recorded steps, and pages of keys.

use std::collections::BTreeSet;

use retry_idempotency::admin::{Cursor, Filter};
use retry_idempotency::protocol::{ClaimRequest, HolderId, Id, Steps};
use retry_idempotency::{Admin, MemoryStore, Store};

use crate::input::Input;
use crate::service::block_on;

const NAMES: [&str; 4] = ["charge", "ship", "é", "x"];

pub(crate) fn steps(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let entries: Vec<_> = (0..input.below(5)).map(|_| (input.text(&NAMES), input.bytes(9))).collect();
    let mut written = Vec::new();
    let mut ends = BTreeSet::from([0]);
    for (name, result) in &entries {
        written.extend_from_slice(&Steps::entry(name, result));
        ends.insert(written.len());
    }
    let read = Steps::from_bytes(written.clone()).unwrap();
    assert_eq!(read.as_bytes(), written);
    assert!(read.iter().eq(entries.iter().map(|(name, result)| (name.as_str(), result.as_slice()))));
    for (name, _) in &entries {
        let last = entries.iter().rfind(|(known, _)| known == name).map(|(_, result)| result.as_slice());
        assert_eq!(read.get(name), last);
    }
    // A part of them is known as one, except between two entries.
    let end = input.below(written.len() + 1);
    assert_eq!(Steps::from_bytes(written[..end].to_vec()).is_ok(), ends.contains(&end));
}

pub(crate) fn foreign_steps(bytes: &[u8]) {
    if let Ok(steps) = Steps::from_bytes(bytes.to_vec()) {
        let written: Vec<u8> = steps.iter().flat_map(|(name, result)| Steps::entry(name, result)).collect();
        assert_eq!(written, bytes);
    }
}

/// Pages after any position are sorted, and those of the first one hold every key once.
pub(crate) fn pages(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let store = MemoryStore::new(99);
    let mut ids = BTreeSet::new();
    for _ in 0..input.below(6) {
        let [scope, key] = [input.text(&NAMES), input.text(&["a", "b", "ab", " "])];
        if let Ok(id) = Id::new(&scope, &key) {
            let request = ClaimRequest::new(id, HolderId::random(), std::time::Duration::from_secs(30));
            block_on(store.claim(&request)).unwrap();
            ids.insert((scope, key));
        }
    }
    let limit = 1 + input.below(3);
    let page = |after: Option<&Cursor>| block_on(store.list(Filter::default(), after, limit));
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = page(after.as_ref()).unwrap();
        assert!(page.entries.len() <= limit);
        listed.extend(page.entries.iter().map(|entry| (entry.id().scope().to_owned(), entry.id().key().to_owned())));
        // A position outlives the process that has it.
        after = page.next.map(|next| Cursor::from_bytes(next.as_bytes()));
        if after.is_none() {
            break;
        }
    }
    assert!(listed.iter().eq(&ids), "{listed:?} {ids:?}");

    let foreign = Cursor::from_bytes(input.bytes(40));
    if let Ok(page) = page(Some(&foreign)) {
        assert!(page.entries.iter().all(|entry| ids.contains(&(entry.id().scope().into(), entry.id().key().into()))));
    }
}
