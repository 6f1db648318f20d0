impl Client {
    #[retry(retry_if = |error| self.is_again(error))]
    async fn predicate_on_arguments(&mut self) -> Result<(), Opaque> {
        self.work().await
    }
}
