//! Faults to order: what the network and Telegram's servers do to a bot on a bad day.

use std::collections::VecDeque;
use std::time::Duration;

/// One way for a call to go wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This HTTP status with Telegram's JSON around it; nothing takes effect.
    Status(u16),
    /// This code with this description, as Telegram itself says it; nothing takes effect.
    Says(u16, &'static str),
    /// The connection is cut before anything takes effect.
    DropBefore,
    /// The call takes effect and the connection is cut before the reply: the lost reply.
    DropAfter,
    /// The call is held for this long in real time and then handled as usual.
    Slow(Duration),
    /// `200 OK` with a body that is not JSON; nothing takes effect.
    Garbage,
    /// `502` with an HTML page, as a proxy on the way answers; nothing takes effect.
    BadGatewayPage,
    /// `429` with this `retry_after` in seconds; nothing takes effect.
    RetryAfter(u64),
}

/// A fault waiting for its calls.
#[derive(Debug)]
struct Order {
    /// Lower-case method; `None` for any but `getUpdates`.
    method: Option<String>,
    fault: Fault,
    /// How many calls it still hits; `None` until cleared.
    left: Option<usize>,
}

/// All faults ordered, first come first served.
#[derive(Debug, Default)]
pub(super) struct Faults {
    orders: VecDeque<Order>,
    pub(super) unreachable: bool,
}

impl Faults {
    pub(super) fn order(&mut self, method: Option<&str>, fault: Fault, left: Option<usize>) {
        let method = method.map(str::to_ascii_lowercase);
        self.orders.push_back(Order { method, fault, left });
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The fault this call meets, if any. Polling meets only faults ordered for it by name, so that
    /// "the next call fails" means the next thing the bot does.
    pub(super) fn take(&mut self, method: &str) -> Option<Fault> {
        if self.unreachable {
            return Some(Fault::DropBefore);
        }
        self.orders.retain(|order| order.left != Some(0));
        let order = self.orders.iter_mut().find(|order| match &order.method {
            Some(wanted) => wanted == method,
            None => method != "getupdates",
        })?;
        order.left = order.left.map(|left| left.saturating_sub(1));
        Some(order.fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_met_in_order_by_the_calls_they_name() {
        let mut faults = Faults::default();
        faults.order(Some("sendMessage"), Fault::Garbage, Some(1));
        faults.order(None, Fault::DropAfter, Some(1));
        faults.order(Some("sendMessage"), Fault::Status(500), None);
        assert_eq!(faults.take("getme"), Some(Fault::DropAfter));
        assert_eq!(faults.take("getupdates"), None);
        assert_eq!(faults.take("sendmessage"), Some(Fault::Garbage));
        assert_eq!(faults.take("sendmessage"), Some(Fault::Status(500)));
        assert_eq!(faults.take("sendmessage"), Some(Fault::Status(500)));
        faults.clear();
        assert_eq!(faults.take("sendmessage"), None);
    }
}
