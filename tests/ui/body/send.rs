use retry_runtime::retry;

#[retry(retry_on = transient)]
async fn not_send() -> std::io::Result<()> {
    let shared = std::rc::Rc::new(3);
    std::future::ready(()).await;
    drop(shared);
    Ok(())
}

fn is_send(_: impl Send) {}

fn main() {
    is_send(not_send());
}
