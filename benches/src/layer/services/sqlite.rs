//! The handler under the layer, with the store in a file.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use retry_idempotency::sqlite::{SqliteOptions, Synchronous};

use crate::Outcome;
use crate::layer::rounds::Subject;

fn folder() -> PathBuf {
    Path::new("target").join(crate::stores::own_name())
}

pub(in crate::layer) async fn open() -> Outcome<Subject> {
    fs::create_dir_all(folder())?;
    let store = SqliteOptions::new().synchronous(Synchronous::Normal).open(folder().join("layer.db"))?;
    Ok(Subject::new("layer", super::under_layer(Arc::new(store)).await?))
}

pub(in crate::layer) fn clean() -> Outcome {
    Ok(fs::remove_dir_all(folder())?)
}
