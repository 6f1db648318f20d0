//! Report and page show which policies are replaced.

use http_body_util::BodyExt;
use retry_runtime::{page, testing};
use retry_settings_tests::quote;
use tower_service::Service;

use crate::toml;

#[tokio::test]
async fn report_and_page_show_the_value_and_its_line() {
    let _scope = testing::scope();
    let _settings = toml("[operations.\"shop::*\"]\nmax_attempts = 2\njitter = \"full\"").load().unwrap();
    let _ = quote(&mut 0, &mut Vec::new());
    let report = retry_runtime::report();
    let expected = "max_attempts = 2 (settings.toml:2)";
    assert_eq!(
        report.operation("shop::quote").unwrap().settings.as_deref(),
        Some(expected),
        "jitter is that of the code"
    );
    assert!(report.to_string().contains("\n  settings: max_attempts = 2 (settings.toml:2)\n"), "{report}");
    let request = http::Request::builder().uri("/").body(()).unwrap();
    let response = page::Page::new().call(request).await.unwrap();
    let html = response.into_body().collect().await.unwrap().to_bytes();
    let html = String::from_utf8(html.to_vec()).unwrap();
    assert!(html.contains("<p class=\"settings\">settings: max_attempts = 2 (settings.toml:2)</p>"), "{html}");
}
