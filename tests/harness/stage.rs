//! The demo with its page, in this process, on a port of its own.

use std::net::TcpListener;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinSet;
use trucban::app::stage;
use trucban::clock::{real_sleep, real_timeout};

/// How long anything may take on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running demo; dropped, it is gone.
pub struct Stage {
    pub url: String,
    pub client: reqwest::Client,
    stop: oneshot::Sender<()>,
    tasks: JoinSet<anyhow::Result<()>>,
}

impl Stage {
    pub async fn open() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let (ready, is_ready) = oneshot::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let say = move |at| assert!(ready.send(at).is_ok(), "the test has gone");
            stage::open(listener, say, async move { drop(stopped.await) }).await
        });
        let at = is_ready.await.expect("it opens");
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { url: format!("http://{at}"), client, stop, tasks }
    }

    /// Ends it in order.
    pub async fn end(mut self) {
        self.stop.send(()).expect("it still runs");
        let ended = self.tasks.join_next().await.expect("a task");
        ended.expect("no panic").expect("it ended in order");
    }

    /// The page as it stands.
    pub async fn page(&self) -> String {
        let answer = self.client.get(&self.url).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    }

    /// Sends a form of the page and returns the page that comes back.
    pub async fn send(&self, form: &str, fields: &[(&str, &str)]) -> String {
        let url = format!("{}{form}", self.url);
        let answer = self.client.post(url).form(fields).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{fields:?}");
        answer.text().await.unwrap()
    }

    /// The page once it contains these words.
    pub async fn page_with(&self, words: &str) -> String {
        let wait = async {
            loop {
                let page = self.page().await;
                if page.contains(words) {
                    return page;
                }
                real_sleep(Duration::from_millis(20)).await;
            }
        };
        real_timeout(PATIENCE, wait).await.unwrap_or_else(|| panic!("{words} never came"))
    }
}

/// What stands between the first `before` and the next `after`.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before}"));
    rest.split_once(after).unwrap_or_else(|| panic!("no {after} after {before}")).0
}

/// The chat of this name on the page.
pub fn chat<'a>(page: &'a str, slug: &str) -> &'a str {
    between(page, &format!("id=\"{slug}\""), "</section>")
}
