/// Loads a user, and waits for a database that restarts.
#[retry(retry_on = (Connect up_to 60s, Throttled up_to MAX, Status(503)), attempt_timeout = 2s)]
async fn load(database: &Database, id: u64) -> Result<User, ApiError> {
    database.load(id).await
}

#[retry(retry_on = (transient, Status(500..=599) up_to 2, Busy { .. }), max_attempts = 5)]
fn save(database: &Database, id: u64) -> Result<User, ApiError> {
    database.save(id)
}
