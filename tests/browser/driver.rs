//! A browser under WebDriver, spoken to in the protocol's own JSON. The driver and what it opens
//! live in a folder of their own and end with the test.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use trucban::clock::{real_sleep, real_timeout};

/// How long anything may take on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(90);

/// The key under which WebDriver gives an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Must the tests have a browser? `.ci/run` says so.
const REQUIRED: &str = "TRUCBAN_REQUIRE_BROWSER";

/// The programs the tests need, where they are found.
fn programs() -> Option<(PathBuf, PathBuf)> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let find = |names: &[&str]| {
        let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        let places = names.iter().flat_map(|name| folders.iter().map(move |dir| dir.join(name)));
        places.into_iter().find(|place| place.is_file())
    };
    let browser = find(&["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])?;
    Some((find(&["chromedriver"])?, browser))
}

/// A browser with one window; dropped, it is gone.
pub struct Browser {
    client: reqwest::Client,
    driver: Child,
    at: String,
    session: String,
    /// The browser's own process.
    pid: Option<u64>,
    _dir: TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser ends with its session; a driver that is killed would leave it behind. Should
        // the driver not answer, the browser is ended by its own id.
        if self.quit().is_err()
            && let Some(browser) = self.pid
        {
            let end = format!("kill -KILL {browser}");
            let _ = Command::new("sh").args(["-c", &end]).stderr(Stdio::null()).status();
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    /// Ends the session, and the browser with it, without a runtime: a failing test has none.
    fn quit(&self) -> std::io::Result<()> {
        if self.session.is_empty() {
            return Ok(());
        }
        let host = self.at.trim_start_matches("http://");
        let mut line = TcpStream::connect(host)?;
        line.set_read_timeout(Some(Duration::from_secs(20)))?;
        let session = &self.session;
        write!(line, "DELETE {session} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
        // The first line says enough; the driver may keep the connection.
        let mut answer = [0; 512];
        let length = line.read(&mut answer)?;
        let answer = String::from_utf8_lossy(&answer[..length]);
        match answer.contains(" 200 ") {
            true => Ok(()),
            false => Err(std::io::Error::other(answer.into_owned())),
        }
    }
}

impl Browser {
    /// A window of this size; `None`, said plainly, where there is no browser and none is required.
    pub async fn open(width: u32, height: u32) -> Option<Self> {
        let Some((driver, browser)) = programs() else {
            let required = std::env::var(REQUIRED).is_ok_and(|value| value == "1");
            assert!(!required, "{REQUIRED}=1, but there is no chromium with chromedriver on PATH");
            // Past the harness, which shows nothing of a test that passes.
            let words = "NOT RUN: no chromium with chromedriver on PATH, so no browser was tried";
            writeln!(std::io::stderr(), "{words}").unwrap();
            return None;
        };
        let dir = tempfile::tempdir().unwrap();
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let log = File::create(dir.path().join("driver.log")).unwrap();
        let driver = Command::new(driver)
            .arg(format!("--port={port}"))
            .env("TMPDIR", dir.path())
            .env("HOME", dir.path())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("the driver starts");
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let at = format!("http://127.0.0.1:{port}");
        let mut made = Self { client, driver, at, session: String::new(), pid: None, _dir: dir };
        made.wait("the driver answers", async |made| {
            let answer = made.client.get(format!("{}/status", made.at)).send().await.ok()?;
            let status: Value = answer.json().await.ok()?;
            (status["value"]["ready"] == true).then_some(())
        })
        .await;
        made.begin(&browser, width, height).await;
        Some(made)
    }

    async fn begin(&mut self, browser: &PathBuf, width: u32, height: u32) {
        let profile = self._dir.path().join("profile");
        let mut options = json!({
            "binary": browser,
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--no-first-run", "--disable-background-networking", "--no-proxy-server",
                format!("--user-data-dir={}", profile.display()),
                format!("--window-size={width},{height}")],
        });
        // A desktop window is never as narrow as a telephone.
        if width < 600 {
            options["mobileEmulation"] =
                json!({"deviceMetrics": {"width": width, "height": height, "pixelRatio": 2.0}});
        }
        let wanted = json!({"browserName": "chrome", "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"}});
        let made = self.call("POST", "/session", json!({"capabilities": {"alwaysMatch": wanted}}));
        let made = made.await.expect("a session");
        self.pid = made["capabilities"]["goog:processID"].as_u64();
        self.session = format!("/session/{}", made["sessionId"].as_str().unwrap());
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Result<Value, String> {
        let url = format!("{}{}{path}", self.at, self.session);
        let request = match method {
            "GET" => self.client.get(url),
            _ => self.client.post(url).json(&body),
        };
        let answer = request.timeout(PATIENCE).send().await.map_err(|error| error.to_string())?;
        let ok = answer.status().is_success();
        let body: Value = answer.json().await.map_err(|error| error.to_string())?;
        if ok { Ok(body["value"].clone()) } else { Err(body["value"]["message"].to_string()) }
    }

    /// Looks again and again until there is something.
    async fn wait<T>(&self, what: &str, look: impl AsyncFn(&Self) -> Option<T>) -> T {
        let found = async {
            loop {
                if let Some(found) = look(self).await {
                    return found;
                }
                real_sleep(Duration::from_millis(50)).await;
            }
        };
        real_timeout(PATIENCE, found).await.unwrap_or_else(|| panic!("waited in vain: {what}"))
    }

    pub async fn go(&self, url: &str) {
        self.call("POST", "/url", json!({"url": url})).await.unwrap();
    }

    /// Has the page believe that the reader prefers light or dark.
    pub async fn prefer(&self, scheme: &str) {
        let feature = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        let body = json!({"cmd": "Emulation.setEmulatedMedia", "params": {"features": feature}});
        self.call("POST", "/goog/cdp/execute", body).await.unwrap();
    }

    /// Runs a function's body in the page.
    pub async fn run(&self, script: &str, arguments: Value) -> Value {
        let body = json!({"script": script, "args": arguments});
        self.call("POST", "/execute/sync", body).await.unwrap()
    }

    /// Waits for an element by CSS and returns its id.
    async fn element(&self, css: &str) -> String {
        let wanted = json!({"using": "css selector", "value": css});
        let look = async |browser: &Self| {
            let found = browser.call("POST", "/element", wanted.clone()).await.ok()?;
            Some(found[ELEMENT].as_str()?.to_owned())
        };
        self.wait(css, look).await
    }

    /// Clicks as a person does: what is covered or out of sight cannot be clicked.
    pub async fn click(&self, css: &str) {
        let look = async |browser: &Self| {
            let id = browser.element(css).await;
            browser.call("POST", &format!("/element/{id}/click"), json!({})).await.ok()
        };
        self.wait(&format!("to click {css}"), look).await;
    }

    /// Types into an element.
    pub async fn keys(&self, css: &str, text: &str) {
        let id = self.element(css).await;
        self.call("POST", &format!("/element/{id}/value"), json!({"text": text})).await.unwrap();
    }

    /// Clicks the newest button of the bot with these words in a chat.
    pub async fn press(&self, chat: &str, label: &str) {
        let mark = "const all = [...document.querySelectorAll(`#${arguments[0]} .keys button`)]
            .filter((button) => button.textContent.includes(arguments[1]));
            for (const old of document.querySelectorAll('[data-wanted]')) delete old.dataset.wanted;
            const newest = all.at(-1);
            if (!newest) return false;
            newest.dataset.wanted = 'yes';
            newest.scrollIntoView({ block: 'center' });
            return true;";
        let look = async |browser: &Self| {
            let found = browser.run(mark, json!([chat, label])).await;
            if found != true {
                return None;
            }
            let wanted = json!({"using": "css selector", "value": "[data-wanted]"});
            let found = browser.call("POST", "/element", wanted).await.ok()?;
            let click = format!("/element/{}/click", found[ELEMENT].as_str()?);
            // The card may be replaced under the finger, as on a telephone.
            browser.call("POST", &click, json!({})).await.ok()
        };
        self.wait(&format!("to press {label} in {chat}"), look).await;
    }

    /// Waits until an element contains these words.
    pub async fn sees(&self, css: &str, words: &str) {
        let script = "return document.querySelector(arguments[0])?.textContent ?? '';";
        let look = async |browser: &Self| {
            let text = browser.run(script, json!([css])).await;
            text.as_str().is_some_and(|text| text.contains(words)).then_some(())
        };
        self.wait(&format!("to see {words} in {css}"), look).await;
    }

    /// What the browser complained of.
    pub async fn complaints(&self) -> Value {
        self.call("POST", "/se/log", json!({"type": "browser"})).await.unwrap()
    }
}
