//! Whom the page answers: a browser of this machine that opened the page by its own address. A
//! foreign site may point its name here (DNS rebinding) or send forms here; both are refused.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::words;

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Where the page listens, which decides whose requests it takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guard {
    port: u16,
    loopback: bool,
}

impl Guard {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self { port: address.port(), loopback: address.ip().is_loopback() }
    }

    /// An address of this machine: never a name somebody else can point here.
    fn own_host(self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
            _ => (host, Some(80)),
        };
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        let known = match bare.parse::<IpAddr>() {
            Ok(ip) => ip.is_loopback() || !self.loopback,
            Err(_) => bare.eq_ignore_ascii_case("localhost"),
        };
        known && port == Some(self.port)
    }

    fn admits(self, method: &Method, headers: &HeaderMap) -> bool {
        let read = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or(""));
        let Some(host) = read(header::HOST).filter(|host| self.own_host(host)) else {
            return false;
        };
        if method == Method::GET || method == Method::HEAD {
            return true;
        }
        let same = read(header::ORIGIN).is_none_or(|origin| origin == format!("http://{host}"));
        let site = read(FETCH_SITE).is_none_or(|site| ["same-origin", "none"].contains(&site));
        same && site
    }
}

/// Refuses strangers and says what a browser may do with the page.
pub(super) async fn check(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let mut response = if guard.admits(request.method(), request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, words::FOREIGN).into_response()
    };
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_machine_are_own() {
        let guard = Guard::new(SocketAddr::from(([127, 0, 0, 1], 8089)));
        for own in ["127.0.0.1:8089", "localhost:8089", "LOCALHOST:8089", "[::1]:8089"] {
            assert!(guard.own_host(own), "{own}");
        }
        let foreign = ["evil.example:8089", "127.0.0.1", "127.0.0.1:80", "10.0.0.1:8089", "", ":"];
        for foreign in foreign {
            assert!(!guard.own_host(foreign), "{foreign}");
        }
        let open = Guard::new(SocketAddr::from(([0, 0, 0, 0], 8089)));
        assert!(open.own_host("10.0.0.1:8089") && !open.own_host("evil.example:8089"));
    }
}
