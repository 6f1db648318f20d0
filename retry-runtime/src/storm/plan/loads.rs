//! Normal load of each service, while nothing fails.

use std::format;
use std::string::String;
use std::vec::Vec;

/// Position of a called service, and the share of requests that call it.
pub(super) type Edge = (usize, f64);

/// Returns the requests per second that reach each service, by its position.
///
/// # Errors
///
/// The circle, if services call each other in one.
pub(super) fn loads(entry: usize, rate: f64, calls: &[Vec<Edge>], names: &[&str]) -> Result<Vec<f64>, String> {
    let mut order = Vec::new();
    let mut walk = Walk { calls, names, path: Vec::new(), done: std::vec![false; calls.len()], order: &mut order };
    walk.visit(entry)?;
    let mut loads = std::vec![0.0; calls.len()];
    loads[entry] = rate;
    for service in order.into_iter().rev() {
        for (to, share) in &calls[service] {
            loads[*to] += loads[service] * share;
        }
    }
    Ok(loads)
}

/// Depth-first walk: a service is done after all that it calls.
struct Walk<'a> {
    calls: &'a [Vec<Edge>],
    names: &'a [&'a str],
    path: Vec<usize>,
    done: Vec<bool>,
    order: &'a mut Vec<usize>,
}

impl Walk<'_> {
    fn visit(&mut self, service: usize) -> Result<(), String> {
        if let Some(begin) = self.path.iter().position(|on_path| *on_path == service) {
            let circle = self.path[begin..].iter().chain([&service]);
            let circle: Vec<_> = circle.map(|service| format!("`{}`", self.names[*service])).collect();
            return Err(format!("services call each other in a circle: {}; leave out one call", circle.join(" -> ")));
        }
        if self.done[service] {
            return Ok(());
        }
        self.path.push(service);
        for (to, _) in &self.calls[service] {
            self.visit(*to)?;
        }
        self.path.pop();
        self.done[service] = true;
        self.order.push(service);
        Ok(())
    }
}
