#[retry(retry_on = transient, clone(request, body))]
async fn clone(request: Request, mut body: Body) -> Result<(), ApiError> {
    body.seal();
    send(request, body).await
}
