//! The handler under the layer, with the store in a file.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use retry_idempotency::sqlite::{SqliteOptions, Synchronous};

use crate::Outcome;

fn folder() -> PathBuf {
    Path::new("target").join(crate::stores::own_name())
}

pub(in crate::layer) fn open() -> Outcome<Router> {
    fs::create_dir_all(folder())?;
    let store = SqliteOptions::new().synchronous(Synchronous::Normal).open(folder().join("layer.db"))?;
    Ok(super::under_layer(Arc::new(store)))
}

pub(in crate::layer) fn clean() -> Outcome {
    Ok(fs::remove_dir_all(folder())?)
}
