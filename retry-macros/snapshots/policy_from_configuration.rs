impl Client {
    #[retry(policy = self.retry, except = Conflict)]
    fn policy_from_configuration(&mut self) -> Result<(), ApiError> {
        self.work()
    }
}
