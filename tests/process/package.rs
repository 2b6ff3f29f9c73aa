//! The Debian package, built by its one command from the binary of this build.

use std::process::Command;

use super::place::Place;

fn output(program: &str, words: &[&str]) -> String {
    let ended = Command::new(program).args(words).output().expect("it runs");
    assert!(ended.status.success(), "{program} {words:?}: {ended:?}");
    String::from_utf8(ended.stdout).expect("UTF-8")
}

#[test]
fn one_command_builds_a_package_that_starts_nothing_without_a_configuration() {
    if Command::new("dpkg-deb").arg("--version").output().is_err() {
        return eprintln!("dpkg-deb is not here: the package was not built");
    }
    let place = Place::new();
    let out = place.path("").display().to_string();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/.ci/deb");
    let built = Command::new(script)
        .arg(&out)
        .env("TRUCBAN_BINARY", env!("CARGO_BIN_EXE_trucban"))
        .env("DEB_OPTIONS", "-Znone")
        .output()
        .expect("a shell");
    assert!(built.status.success(), "{built:?}");
    let package = String::from_utf8(built.stdout).expect("UTF-8").trim().to_owned();
    assert!(package.ends_with(".deb"), "{package}");

    let info = output("dpkg-deb", &["--info", &package]);
    for line in
        ["Package: trucban", concat!("Version: ", env!("CARGO_PKG_VERSION")), "Depends: libc6"]
    {
        assert!(info.contains(line), "{line}:\n{info}");
    }
    let contents = output("dpkg-deb", &["--contents", &package]);
    for path in [
        "./usr/bin/trucban",
        "./usr/lib/systemd/system/trucban.service",
        "./usr/share/bash-completion/completions/trucban",
        "./usr/share/zsh/vendor-completions/_trucban",
        "./usr/share/fish/vendor_completions.d/trucban.fish",
        "./usr/share/doc/trucban/copyright",
        "./usr/share/doc/trucban/changelog.gz",
        "./usr/share/doc/trucban/examples/trucban.toml",
    ] {
        assert!(contents.lines().any(|line| line.ends_with(path)), "{path}:\n{contents}");
    }
    for line in contents.lines() {
        assert!(line.contains("root/root"), "{line}");
        assert_ne!(line.get(5..6), Some("w"), "its group may write: {line}");
        assert!(!line.contains("/local/") && !line.contains(" ./etc/"), "{line}");
    }
    let folder = place.path("unpacked").display().to_string();
    output("dpkg-deb", &["--raw-extract", &package, &folder]);
    for script in ["postinst", "prerm", "postrm"] {
        let file = place.path("unpacked/DEBIAN").join(script);
        output("sh", &["-n", &file.display().to_string()]);
        let text = std::fs::read_to_string(&file).expect("there");
        assert!(!text.contains("systemctl start") && !text.contains("--now"), "{script} starts it");
        assert!(!text.contains("rm -r"), "{script} takes what belongs to the province");
    }
    let unit =
        std::fs::read_to_string(place.path("unpacked/usr/lib/systemd/system/trucban.service"));
    let unit = unit.expect("there");
    assert!(unit.contains("ExecStart=/usr/bin/trucban run"), "{unit}");
    assert!(unit.contains("ConditionPathExists=/var/lib/trucban/trucban.toml"));
    let sums = std::fs::read_to_string(place.path("unpacked/DEBIAN/md5sums")).expect("there");
    assert!(sums.contains("usr/bin/trucban"));
    let version = output(&place.path("unpacked/usr/bin/trucban").display().to_string(), &["-V"]);
    assert!(version.contains(env!("CARGO_PKG_VERSION")), "{version}");
}
