#[retry(retry_on = Timeout, attempt_timeout = 1s, runtime = smol)]
async fn quote(id: &str) -> Result<Quote, ApiError> {
    ask(id).await
}

impl Sensor {
    #[retry(retry_on = Timeout, runtime = crate::Embassy)]
    async fn temperature(&mut self) -> Result<f32, SensorError> {
        self.bus.read().await
    }
}
