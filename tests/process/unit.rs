//! What the service manager is told, and whether it understands the unit.

use std::os::unix::net::UnixDatagram;
use std::process::Command;
use std::time::Duration;

use super::place::Place;

/// What the program says next.
fn heard(socket: &UnixDatagram) -> String {
    let mut bytes = [0; 256];
    let length = socket.recv(&mut bytes).expect("something is said in time");
    String::from_utf8_lossy(&bytes[..length]).into_owned()
}

#[test]
fn the_service_manager_hears_that_it_is_ready_lives_and_stops() {
    let place = Place::new();
    place.done(&["init", "--dir", &place.path("").display().to_string()]);
    let path = place.path("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    socket.set_read_timeout(Some(Duration::from_secs(20))).expect("set");
    let address = path.display().to_string();
    let mut service = place.serve_as(&[], &[("NOTIFY_SOCKET", &address)]);
    service.ready().expect("it runs");

    let mut said = [heard(&socket), heard(&socket)];
    said.sort();
    assert_eq!(said.join(" ").replace('\n', ""), "READY=1 WATCHDOG=1");
    service.terminate();
    assert_eq!(heard(&socket).trim(), "STOPPING=1");
}

#[test]
fn the_unit_is_understood_by_the_service_manager() {
    let unit = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/trucban.service");
    let text = std::fs::read_to_string(unit).expect("there");
    for line in ["Type=notify", "WatchdogSec=", "UMask=0077", "ConditionPathExists="] {
        assert!(text.contains(line), "{line}");
    }
    // It is not installed here: the binary of this build stands in its place.
    let text = text.replace("/usr/local/bin/trucban", env!("CARGO_BIN_EXE_trucban"));
    let place = Place::new();
    let file = place.write("trucban.service", &text);
    let verify = Command::new("systemd-analyze").args(["verify", "--man=no", &file]).output();
    let Ok(verify) = verify else {
        return eprintln!("systemd-analyze is not here: the unit was not verified");
    };
    let said = String::from_utf8_lossy(&verify.stderr).into_owned();
    let ours: Vec<&str> = said.lines().filter(|line| line.contains("trucban")).collect();
    assert!(verify.status.success() && ours.is_empty(), "{said}");
}
