//! JSON types of the shop.

use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Quote {
    pub(crate) article: u32,
    pub(crate) cents: u32,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Stock {
    pub(crate) article: u32,
    pub(crate) pieces: u32,
}

#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Page {
    pub(crate) items: Vec<u32>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Profile {
    pub(crate) name: String,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Token {
    pub(crate) token: String,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Receipt {
    pub(crate) order: u32,
}

#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Shelf {
    pub(crate) article: u32,
    pub(crate) aisle: u32,
}

impl Page {
    /// Returns the recommendations to show while the shop does not answer.
    pub(crate) fn of_yesterday() -> Self {
        Self { items: vec![1, 2, 3] }
    }
}
