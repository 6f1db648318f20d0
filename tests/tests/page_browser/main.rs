//! The page in a real browser, while the example `storefront` calls and serves it. These are real processes, so what is
//! waited for is asked again and again, up to a bound.
#![cfg(unix)]

mod browser;
mod guarded;
mod process;

use crate::browser::{Browser, Window};
use crate::process::storefront;

/// Names in sorted order.
const OPERATIONS: [&str; 7] = ["order", "picks", "profile", "quote", "search", "shelf", "stock"];

const HAS_ALL: &str = "return document.querySelectorAll('tbody th').length === 7";
/// The names of the rows from above, without their paths.
const NAMES: &str = "return [...document.querySelectorAll('tbody th')].map(th => th.innerText.split('::').pop())";

#[tokio::test]
async fn it_is_drawn_sorted_by_a_click_and_renewed_without_a_reload() {
    let Some(browser) = Browser::open(Window::Desktop).await else { return };
    browser.go("about:blank").await;
    let blank = browser.picture().await.len();
    let (_storefront, page) = storefront("0");
    browser.go(&page).await;
    browser.until(HAS_ALL).await;
    browser.until("return document.getElementById('live').innerText === 'live'").await;

    browser.run("window.same = true; window.was = Number(document.querySelector('td.calls').innerText)").await;
    browser.click("#sort-operation").await;
    browser.until("return location.search === '?sort=operation&order=asc' && document.querySelector('th.operation').ariaSort === 'ascending'").await;
    assert_eq!(browser.run(NAMES).await, serde_json::json!(OPERATIONS));
    assert_eq!(browser.run("return document.activeElement.id").await, "sort-operation", "the focus stays");
    browser.click("#sort-operation").await;
    browser.until("return document.querySelector('tbody th').innerText.endsWith('stock')").await;
    browser
        .until("return Number(document.querySelector('td.calls').innerText.replace(',', '')) > window.was + 5")
        .await;
    assert_eq!(browser.run("return window.same").await, true, "it is the document that was loaded");

    browser.click("#sort-health").await;
    browser.until("return ['failing', 'degraded', 'healthy'].every(health => document.querySelector(`tbody.${health} .badge.${health}`))").await;
    let first = "return document.querySelector('tbody').className === 'failing' && document.title.includes('failing')";
    browser.until(first).await;
    let picture = browser.picture().await.len();
    assert!(picture > 5 * blank, "{picture} and {blank}: nothing is to be seen");
    let overflow = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert_eq!(browser.run(overflow).await, 0);
    browser.close().await;
}

#[tokio::test]
async fn a_phone_shows_cards_and_scrolls_in_one_direction() {
    for (width, height) in [(390, 844), (360, 740)] {
        let Some(browser) = Browser::open(Window::Phone(width, height)).await else { return };
        let (_storefront, page) = storefront("0");
        browser.go(&page).await;
        browser.until(HAS_ALL).await;
        assert_eq!(
            browser.run("return [innerWidth, document.documentElement.scrollWidth]").await,
            serde_json::json!([width, width])
        );
        let label = "return getComputedStyle(document.querySelector('td.recovered'), '::before').content";
        assert_eq!(browser.run(label).await, "\"recovered\"");
        browser.click("#sort-operation").await;
        browser.until("return document.querySelector('tbody th').innerText.endsWith('order')").await;
        browser.close().await;
    }
}

#[tokio::test]
async fn without_scripts_it_is_the_same_and_is_sorted_by_the_links() {
    let Some(browser) = Browser::open(Window::NoScripts).await else { return };
    let (_storefront, page) = storefront("0");
    let mut loads = 0;
    while browser.texts("tbody th").await.len() < OPERATIONS.len() {
        loads += 1;
        assert!(loads < 100, "an operation has not run");
        browser.go(&page).await;
    }
    assert_eq!(browser.texts("#live").await, ["refreshes every 5 seconds"], "no script has run");
    browser.click("#sort-operation").await;
    let names: Vec<_> = browser.texts("tbody th").await;
    assert_eq!(names.iter().filter_map(|name| name.rsplit(':').next()).collect::<Vec<_>>(), OPERATIONS);
    browser.close().await;
}

#[tokio::test]
async fn it_says_since_when_nobody_answers_and_goes_on_when_somebody_does() {
    let Some(browser) = Browser::open(Window::Desktop).await else { return };
    let (shop, page) = storefront("0");
    browser.go(&page).await;
    browser.until(HAS_ALL).await;
    drop(shop);
    browser
        .until("return /^no response since .*[0-9].*, retrying$/.test(document.getElementById('live').innerText)")
        .await;
    assert_eq!(browser.run(HAS_ALL).await, true, "what it said last stays");
    let port = page.trim_end_matches('/').rsplit(':').next().unwrap();
    let _shop = storefront(port);
    browser.until("return document.getElementById('live').innerText === 'live'").await;
    browser.close().await;
}
