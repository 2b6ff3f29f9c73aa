//! Backups as an operator makes them and puts them back.

use super::place::Place;

const UNITS: &str = "code,name,kind,parent,active_from,active_to,successor\n\
                     tinh,UBND tỉnh Mẫu,tinh,,,,\n";

fn installed() -> Place {
    let place = Place::new();
    let dir = place.path("").display().to_string();
    place.done(&["init", "--dir", &dir]);
    place
}

#[test]
fn a_backup_is_made_beside_the_service_and_put_back_only_without_it() {
    let place = installed();
    let mut service = place.serve();
    service.ready().expect("it runs");
    let made = place.json(&["backup", "one.trucban"]);
    assert!(made["head"]["seq"].as_i64().is_some_and(|seq| seq > 0), "{made}");
    let refused = place.run(&["restore", "one.trucban"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains(&service.pid().to_string()), "{refused:?}");
    let units = place.write("units.csv", UNITS);
    place.done(&["units", "import", &units]);
    service.terminate();

    let done = place.json(&["restore", "one.trucban"]);

    assert!(done["lost"]["entries"].as_i64().is_some_and(|count| count > 0), "{done}");
    assert!(std::path::Path::new(done["replaced"].as_str().expect("a path")).exists());
    assert_eq!(place.json(&["units", "import", &units, "--dry-run"])["added"], 1);
    place.done(&["ledger", "verify"]);
    place.done(&["rebuild"]);
    let mut service = place.serve();
    assert!(service.ready().is_some(), "{}", place.log());
}

#[test]
fn what_cannot_be_made_or_put_back_says_why_and_ends_with_two() {
    let place = installed();
    let said = place.done(&["backup", "one.trucban"]);
    assert!(said.out.contains("one.trucban") && said.out.contains("Mã băm cuối"), "{said:?}");
    let again = place.run(&["backup", "one.trucban"]);
    assert_eq!((again.code, again.out.as_str()), (2, ""));
    assert!(again.err.contains("không bị ghi đè"), "{again:?}");
    let mut bytes = std::fs::read(place.path("one.trucban")).expect("there");
    bytes.truncate(bytes.len() / 2);
    std::fs::write(place.path("half.trucban"), bytes).expect("written");
    for (file, why) in [
        ("half.trucban", "Không phục hồi"),
        ("trucban.toml", "không phải bản sao lưu"),
        ("nothing.trucban", "Không đọc được"),
    ] {
        let ended = place.run(&["restore", file]);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{file}");
        assert!(ended.err.contains(why), "{file}: {ended:?}");
    }
    let done = place.done(&["restore", "one.trucban"]);
    assert!(done.out.contains("Mã sự cố tiếp theo: SC-"), "{done:?}");
}

#[test]
fn whatever_the_umask_only_its_owner_reads_what_the_program_writes() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = installed();
    let dir = place.path("");
    let script = "umask 000; \"$TRUCBAN\" init --dir open && cd open && \
                  TRUCBAN_CONFIG=trucban.toml \"$TRUCBAN\" backup b.trucban && \
                  TRUCBAN_CONFIG=trucban.toml \"$TRUCBAN\" rebuild && \
                  TRUCBAN_CONFIG=trucban.toml \"$TRUCBAN\" restore b.trucban";
    let ended = std::process::Command::new("sh")
        .args(["-c", script])
        .current_dir(&dir)
        .env("TRUCBAN", env!("CARGO_BIN_EXE_trucban"))
        .output()
        .expect("a shell");
    assert!(ended.status.success(), "{ended:?}");
    let mut seen = 0;
    for entry in std::fs::read_dir(dir.join("open")).expect("there") {
        let entry = entry.expect("readable");
        let mode = entry.metadata().expect("there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}: {mode:o}", entry.file_name());
        seen += 1;
    }
    assert!(seen >= 4, "configuration, database, lock, backup");
}
