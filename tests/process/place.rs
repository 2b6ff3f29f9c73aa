//! A folder with a configuration, and the real binary run in it.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use trucban::clock::Clock;

/// A folder that is gone with its owner.
pub struct Place(TempDir);

/// A command that has ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Place {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// A folder `init` has prepared, with `config` in place of what it wrote.
    pub fn prepared(config: &str) -> Self {
        let place = Self::new();
        place.done(&["init", "--dir", &place.path("").display().to_string()]);
        place.write("trucban.toml", config);
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trucban"));
        command.args(words).env("TRUCBAN_CONFIG", self.path("trucban.toml"));
        command.current_dir(self.0.path()).stdin(Stdio::null());
        for other in ["TELOXIDE_TOKEN", "TELOXIDE_API_URL", "TELOXIDE_PROXY", "TRUCBAN_LOG"] {
            command.env_remove(other);
        }
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, words: &[&str]) -> Ended {
        let output = self.command(words).output().expect("it runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Ended {
            code: output.status.code().expect("an exit code"),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// Runs a command that must end with 0.
    #[track_caller]
    pub fn done(&self, words: &[&str]) -> Ended {
        let ended = self.run(words);
        assert_eq!(ended.code, 0, "{words:?}: {ended:?}");
        ended
    }

    /// Runs a command with `--json` and reads what it printed: one document, nothing else.
    #[track_caller]
    pub fn json(&self, words: &[&str]) -> serde_json::Value {
        let ended = self.run(&[words, &["--json"]].concat());
        serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {ended:?}"))
    }

    /// Starts the service. Its log goes to a file beside the database.
    pub fn serve(&self) -> Service {
        self.serve_as(&[], &[])
    }

    /// Starts the service with more on its command line and in its environment.
    pub fn serve_as(&self, more: &[&str], environment: &[(&str, &str)]) -> Service {
        let log = self.path("service.log");
        let log = OpenOptions::new().append(true).create(true).open(log).expect("a log");
        self.begin(&[&["run"], more].concat(), environment, log)
    }

    /// Opens the demo's page on a free port; what it makes for itself, it makes in this folder.
    pub fn demo(&self) -> Service {
        let log = File::create(self.path("demo.log")).expect("a log");
        self.begin(&["demo", "--listen", "127.0.0.1:0"], &[], log)
    }

    fn begin(&self, words: &[&str], environment: &[(&str, &str)], log: File) -> Service {
        let mut command = self.command(words);
        command.env("TMPDIR", self.path("")).envs(environment.iter().copied());
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().expect("it starts");
        let out = BufReader::new(child.stdout.take().expect("a pipe"));
        Service { child, out }
    }

    /// The last lines of the log, for a failing test.
    pub fn log(&self) -> String {
        let log = std::fs::read_to_string(self.path("service.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

/// A running service; dropped, it is killed.
pub struct Service {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Service {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the line that says it runs; `None` when it ended without one.
    pub fn ready(&mut self) -> Option<String> {
        let mut line = String::new();
        self.out.read_line(&mut line).expect("it reads");
        (!line.is_empty()).then_some(line)
    }

    /// SIGKILL: what a power cut leaves.
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }

    /// SIGTERM; returns how it ended and after how long.
    pub fn terminate(self) -> (ExitStatus, Duration) {
        self.signal("TERM")
    }

    /// Ctrl-C; returns how it ended and after how long.
    pub fn interrupt(self) -> (ExitStatus, Duration) {
        self.signal("INT")
    }

    fn signal(mut self, name: &str) -> (ExitStatus, Duration) {
        let began = Clock::System.read().mono;
        let sent = format!("kill -{name} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &sent]).status().expect("a shell");
        assert!(status.success(), "the signal was not sent");
        let ended = self.child.wait().expect("ended");
        (ended, Clock::System.read().mono.saturating_sub(began))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port nobody listens on just now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}

/// Random numbers that a seed repeats.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit.max(1)
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(usize::try_from(self.below(u64::try_from(from.len()).ok()?)).ok()?)
    }
}
