//! Keeps browsers out: a page on the internet must not reach the admin listener through its reader's machine.

use super::fault::AdminFault;
use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use std::net::IpAddr;

/// Refuses requests that come from a page, or for a name that is not this machine's (DNS rebinding).
pub async fn loopback_only(request: Request, next: Next) -> Response {
    if request.headers().contains_key(header::ORIGIN) {
        return AdminFault::new(StatusCode::FORBIDDEN, "browser", "requests from pages are refused").into_response();
    }
    let host = request
        .uri()
        .authority()
        .map(|authority| authority.as_str())
        .or_else(|| request.headers().get(header::HOST).and_then(|host| host.to_str().ok()));
    if !host.is_some_and(is_this_machine) {
        let message = "the host must be localhost or an address";
        return AdminFault::new(StatusCode::FORBIDDEN, "host", message).into_response();
    }
    next.run(request).await
}

fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|each| each.is_ascii_digit()) => name,
        _ => host,
    };
    let literal = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || literal.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_and_localhost_are_this_machine() {
        for host in ["127.0.0.1:8081", "127.0.0.1", "[::1]:8081", "[::1]", "localhost:8081", "LOCALHOST"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in ["", "evil.example:8081", "127.0.0.1.evil.example", "localhost.evil.example:8081"] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
