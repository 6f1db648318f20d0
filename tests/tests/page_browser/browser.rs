//! A browser by the `WebDriver` protocol: the few commands that the tests need.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::process::{Process, chromedriver};

/// Timeout for the page to reach the expected state.
const BOUND: Duration = Duration::from_mins(1);

const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// One window of a new browser; all of it ends when this is dropped.
pub(crate) struct Browser {
    client: Client,
    session: String,
    _profile: Profile,
    // Last: what the browser writes is removed after it has ended.
    _driver: Process,
}

/// Properties of the window.
#[derive(Clone, Copy)]
pub(crate) enum Window {
    Desktop,
    /// A width in points, as of a phone.
    Phone(u32, u32),
    /// A desktop where no page may run scripts.
    NoScripts,
}

impl Browser {
    /// Opens a window; `None` where there is no driver.
    pub(crate) async fn open(window: Window) -> Option<Self> {
        let (driver, address) = chromedriver()?;
        let profile = Profile::new();
        let client = Client::builder().no_proxy().build().unwrap();
        let mut args: Vec<_> = FLAGS.map(str::to_owned).into();
        args.extend([format!("--user-data-dir={}", profile.0.display()), "--window-size=1280,1000".into()]);
        let mut options = json!({ "args": args });
        match window {
            Window::Desktop => {}
            Window::Phone(width, height) => {
                let metrics =
                    json!({ "width": width, "height": height, "pixelRatio": 2.0, "mobile": true, "touch": true });
                options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
            }
            Window::NoScripts => {
                options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
            }
        }
        let wanted =
            json!({ "capabilities": { "alwaysMatch": { "browserName": "chrome", "goog:chromeOptions": options } } });
        let mut browser = Self { client, session: format!("{address}/session"), _profile: profile, _driver: driver };
        let begun = browser.send(Method::POST, "", wanted).await;
        browser.session = format!("{}/{}", browser.session, begun["sessionId"].as_str().unwrap());
        Some(browser)
    }

    pub(crate) async fn go(&self, url: &str) {
        self.send(Method::POST, "/url", json!({ "url": url })).await;
    }

    /// Returns the result of this script.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.send(Method::POST, "/execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// Clicks on the first element of this selector, as a user would.
    pub(crate) async fn click(&self, selector: &str) {
        let found = self.send(Method::POST, "/element", json!({ "using": "css selector", "value": selector })).await;
        self.send(Method::POST, &format!("/element/{}/click", id(&found)), json!({})).await;
    }

    /// The text of each element of this selector, as a user sees it.
    pub(crate) async fn texts(&self, selector: &str) -> Vec<String> {
        let found = self.send(Method::POST, "/elements", json!({ "using": "css selector", "value": selector })).await;
        let mut texts = Vec::new();
        for element in found.as_array().unwrap() {
            let text = self.send(Method::GET, &format!("/element/{}/text", id(element)), Value::Null).await;
            texts.push(text.as_str().unwrap().to_owned());
        }
        texts
    }

    /// A picture of the window: a PNG in base64.
    pub(crate) async fn picture(&self) -> String {
        self.send(Method::GET, "/screenshot", Value::Null).await.as_str().unwrap().to_owned()
    }

    /// Waits until this script returns `true`: another process does what it waits for.
    pub(crate) async fn until(&self, script: &str) {
        let end = Instant::now() + BOUND;
        while self.run(script).await != true {
            assert!(
                Instant::now() < end,
                "never so: {script}, in {}",
                self.run("return document.body.innerText").await
            );
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Ends the browser in order.
    pub(crate) async fn close(self) {
        self.send(Method::DELETE, "", Value::Null).await;
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Value {
        let request = self.client.request(method, format!("{}{path}", self.session)).timeout(BOUND);
        let request = if body.is_null() { request } else { request.json(&body) };
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert!(answer["value"]["error"].is_null(), "{path}: {answer}");
        answer["value"].clone()
    }
}

/// The one value of an element is its id.
fn id(element: &Value) -> &str {
    element.as_object().unwrap().values().next().unwrap().as_str().unwrap()
}

/// An empty folder that nobody else has.
struct Profile(PathBuf);

impl Profile {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("retry-browser-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
