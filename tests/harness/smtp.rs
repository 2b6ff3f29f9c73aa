//! A mail server on loopback that answers as told and keeps what it took.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Where it stops being kind.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Says {
    Yes,
    /// Answers this to `RCPT TO`.
    ToRecipient(&'static str),
    /// Answers this to the message itself.
    ToMessage(&'static str),
    /// Takes the message and cuts the line instead of answering.
    CutsAfterMessage,
    /// Answers nothing at all.
    Nothing,
}

#[derive(Clone)]
pub struct Server {
    pub url: String,
    pub taken: Arc<Mutex<Vec<String>>>,
    pub says: Arc<Mutex<Says>>,
}

impl Server {
    pub async fn open(tasks: &mut JoinSet<()>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let server = Self { url, taken: Arc::default(), says: Arc::new(Mutex::new(Says::Yes)) };
        let own = server.clone();
        tasks.spawn(async move {
            let mut talks = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let server = own.clone();
                talks.spawn(async move {
                    // A client that hangs up early is part of some tests.
                    let _ = server.talk(stream).await;
                });
            }
        });
        server
    }

    pub fn say(&self, says: Says) {
        *self.says.lock().unwrap() = says;
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let says = *self.says.lock().unwrap();
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        if says == Says::Nothing {
            return std::future::pending().await;
        }
        write.write_all(b"220 sink\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            let answer = match line.split([' ', ':']).next().unwrap_or("") {
                "EHLO" | "HELO" => "250-sink\r\n250 8BITMIME",
                "RCPT" => match says {
                    Says::ToRecipient(answer) => answer,
                    _ => "250 yes",
                },
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await?;
                    let mut message = String::new();
                    while let Some(line) = lines.next_line().await? {
                        if line == "." {
                            break;
                        }
                        message.push_str(&line);
                        message.push('\n');
                    }
                    match says {
                        Says::ToMessage(answer) => answer,
                        Says::CutsAfterMessage => return Ok(()),
                        _ => {
                            self.taken.lock().unwrap().push(message);
                            "250 taken"
                        }
                    }
                }
                "QUIT" => "221 bye",
                _ => "250 yes",
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        Ok(())
    }
}
