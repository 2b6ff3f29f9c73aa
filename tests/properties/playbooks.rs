//! Playbooks made by chance run in the real engine as a slow and obvious interpreter says: the same steps
//! begin at the same instants, none twice, joins wait for the last, and every run ends.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use trucban::config::playbooks::parse;
use trucban::domain::directory::Directory;
use trucban::domain::playbook::model::{Given, Name, PlaybookId, StepId};
use trucban::domain::playbook::simulate::{Script, What, play, sample};
use trucban::domain::playbook::{Bundle, Library};

use crate::simulation::rng::Rng;
use crate::simulation::town::START;

/// One step.
enum Node {
    /// Takes so many seconds; asks so many variables.
    Task {
        id: String,
        takes: u64,
        sets: Vec<String>,
    },
    /// Nobody finishes it: after so many seconds, the block.
    Late {
        id: String,
        after: u64,
        block: Vec<Node>,
    },
    /// Passed over unless the variable is true.
    Only {
        id: String,
        takes: u64,
        on: String,
    },
    If {
        id: String,
        on: String,
        then: Vec<Node>,
        other: Option<Vec<Node>>,
    },
    Switch {
        id: String,
        on: String,
        ways: Vec<Vec<Node>>,
    },
    While {
        id: String,
        on: String,
        body: Vec<Node>,
    },
    /// Its answer never changes: after so many rounds, the block for that.
    Stubborn {
        id: String,
        on: String,
        body: Vec<Node>,
        rounds: u32,
        block: Vec<Node>,
    },
    Parallel {
        id: String,
        ways: Vec<Vec<Node>>,
    },
    Call {
        id: String,
    },
    Wait {
        id: String,
        takes: u64,
    },
    End {
        id: String,
        whole: bool,
    },
}

/// A playbook that is being made, and the answers its questions get.
struct Maker<'a> {
    rng: &'a mut Rng,
    prefix: &'static str,
    last: u32,
    /// Yes or no, each time it is asked.
    answers: BTreeMap<String, Vec<bool>>,
    /// The word of each choice.
    choices: BTreeMap<String, usize>,
}

impl Maker<'_> {
    fn id(&mut self) -> String {
        self.last += 1;
        format!("{}{}", self.prefix, self.last)
    }

    /// Long and odd, so that hardly two ends fall on the same second.
    fn time(&mut self) -> u64 {
        self.rng.below(1_000_000) + 1
    }

    fn task(&mut self, sets: Vec<String>) -> Node {
        Node::Task { id: self.id(), takes: self.time(), sets }
    }

    /// A question is asked before its answer is looked at, each by a name of its own.
    fn asks(&mut self, nodes: &mut Vec<Node>, answers: Vec<bool>) -> String {
        let id = self.id();
        let name = format!("v_{id}");
        self.answers.insert(name.clone(), answers);
        nodes.push(self.task(vec![name.clone()]));
        name
    }

    fn list(&mut self, depth: u64) -> Vec<Node> {
        let mut nodes = Vec::new();
        for _ in 0..=self.rng.below(3) {
            self.more(&mut nodes, depth);
        }
        nodes
    }

    fn more(&mut self, nodes: &mut Vec<Node>, depth: u64) {
        let inner = depth + 1;
        match if depth >= 3 { self.rng.below(4) } else { self.rng.below(12) } {
            0 | 1 => {
                let task = self.task(Vec::new());
                nodes.push(task);
            }
            2 => {
                let (id, takes) = (self.id(), self.time());
                nodes.push(Node::Wait { id, takes });
            }
            3 => {
                let answer = self.rng.below(2) == 0;
                let on = self.asks(nodes, vec![answer]);
                let (id, takes) = (self.id(), self.time());
                nodes.push(Node::Only { id, takes, on });
            }
            4 => {
                let (id, after) = (self.id(), self.time());
                let block = self.list(inner);
                nodes.push(Node::Late { id, after, block });
            }
            5 => {
                let answer = self.rng.below(2) == 0;
                let on = self.asks(nodes, vec![answer]);
                let (id, then) = (self.id(), self.list(inner));
                let other = (self.rng.below(2) == 0).then(|| self.list(inner));
                nodes.push(Node::If { id, on, then, other });
            }
            6 => {
                let id = self.id();
                let on = format!("c_{id}");
                let chosen = self.rng.index(3);
                self.choices.insert(on.clone(), chosen);
                let task = self.task(vec![on.clone()]);
                nodes.push(task);
                let ways = (0..3).map(|_| self.list(inner)).collect();
                nodes.push(Node::Switch { id, on, ways });
            }
            7 => {
                // Its body asks again at its end; the last answer is no. What is called more than once, and at
                // once, gets the same answers each time.
                let often = if self.prefix == "a" { self.rng.index(3) } else { 0 };
                let mut answers = vec![true; often];
                answers.push(false);
                let on = self.asks(nodes, answers);
                let id = self.id();
                let mut body = self.list(inner);
                body.retain(|node| !matches!(node, Node::End { .. }));
                let task = self.task(vec![on.clone()]);
                body.push(task);
                nodes.push(Node::While { id, on, body });
            }
            8 => {
                let id = self.id();
                let ways = (0..self.rng.below(2) + 2).map(|_| self.list(inner)).collect();
                nodes.push(Node::Parallel { id, ways });
            }
            11 => {
                let on = self.asks(nodes, vec![true]);
                let (id, rounds) = (self.id(), 1 + u32::from(self.rng.below(2) == 0));
                let mut body = self.list(inner);
                let task = self.task(vec![on.clone()]);
                body.push(task);
                let block = self.list(inner);
                nodes.push(Node::Stubborn { id, on, body, rounds, block });
            }
            9 if self.prefix == "a" => {
                let id = self.id();
                nodes.push(Node::Call { id });
            }
            _ => {
                // An end of its own only after somebody was asked, so that no two come at once.
                let answer = self.rng.below(3) == 0;
                let on = self.asks(nodes, vec![answer]);
                let (id, end) = (self.id(), self.id());
                let whole = self.rng.below(2) == 0;
                let then = vec![Node::End { id: end, whole }];
                nodes.push(Node::If { id, on, then, other: None });
            }
        }
    }
}

/// The file of a playbook.
struct Writer<'a> {
    maker: &'a Maker<'a>,
    text: String,
    last: u32,
}

impl Writer<'_> {
    /// Writes a block and gives it a name.
    fn block(&mut self, nodes: &[Node]) -> String {
        self.last += 1;
        let name = format!("k{}", self.last);
        self.steps(&format!("block.{name}"), nodes);
        name
    }

    fn ask(&mut self, place: &str, name: &str) {
        let kind = match self.maker.choices.contains_key(name) {
            true => "kind=\"choice\"\nchoices={ w0=\"0\", w1=\"1\", w2=\"2\" }",
            false => "kind=\"yes_no\"",
        };
        let _ = writeln!(self.text, "[[{place}.ask]]\nset=\"{name}\"\nlabel=\"?\"\n{kind}");
    }

    fn steps(&mut self, place: &str, nodes: &[Node]) {
        for node in nodes {
            // Blocks first: the steps of a list stand in its order.
            let (id, keys, sets) = self.keys(node);
            let _ = writeln!(self.text, "[[{place}]]\nid=\"{id}\"\n{keys}");
            sets.iter().for_each(|name| self.ask(place, name));
        }
    }

    fn keys(&mut self, node: &Node) -> (String, String, Vec<String>) {
        let task = |takes: u64| format!("title=\"x\"\nwho=\"team\"\ndue=\"{}s\"", takes * 2);
        match node {
            Node::Task { id, takes, sets } => (id.clone(), task(*takes), sets.clone()),
            Node::Only { id, takes, on } => {
                (id.clone(), format!("{}\nonly_if=\"{on}\"", task(*takes)), Vec::new())
            }
            Node::Late { id, after, block } => {
                let block = self.block(block);
                let keys = format!(
                    "title=\"x\"\nwho=\"duty\"\nack=\"60s\"\ntimeout=\"{after}s\"\non_timeout=\"{block}\""
                );
                (id.clone(), keys, Vec::new())
            }
            Node::If { id, on, then, other } => {
                let then = self.block(then);
                let other = other.as_ref().map(|other| self.block(other));
                let other = other.map(|other| format!("\nelse=\"{other}\"")).unwrap_or_default();
                (id.clone(), format!("if=\"{on}\"\nthen=\"{then}\"{other}"), Vec::new())
            }
            Node::Switch { id, on, ways } => {
                let ways: Vec<String> = ways.iter().map(|way| self.block(way)).collect();
                let keys = format!(
                    "switch=\"{on}\"\ncases={{ w0=\"{}\", w1=\"{}\" }}\ndefault=\"{}\"",
                    ways[0], ways[1], ways[2]
                );
                (id.clone(), keys, Vec::new())
            }
            Node::While { id, on, body } => {
                let body = self.block(body);
                (id.clone(), format!("while=\"{on}\"\ndo=\"{body}\"\nmax=9"), Vec::new())
            }
            Node::Stubborn { id, on, body, rounds, block } => {
                let (body, block) = (self.block(body), self.block(block));
                let keys =
                    format!("while=\"{on}\"\ndo=\"{body}\"\nmax={rounds}\non_failure=\"{block}\"");
                (id.clone(), keys, Vec::new())
            }
            Node::Parallel { id, ways } => {
                let ways: Vec<String> = ways.iter().map(|way| self.block(way)).collect();
                (id.clone(), format!("parallel={ways:?}"), Vec::new())
            }
            Node::Call { id } => (id.clone(), "playbook=\"b\"".to_owned(), Vec::new()),
            Node::Wait { id, takes } => (id.clone(), format!("wait=\"{takes}s\""), Vec::new()),
            Node::End { id, whole } => {
                let end = if *whole { "playbook" } else { "block" };
                (id.clone(), format!("end=\"{end}\""), Vec::new())
            }
        }
    }
}

fn written(id: &str, maker: &Maker<'_>, nodes: &[Node]) -> String {
    let head =
        format!("id=\"{id}\"\nversion=1\ntitle=\"{id}\"\nsummary=\"x\"\nshared={}\n", id == "b");
    let mut writer = Writer { maker, text: head, last: 0 };
    writer.steps("step", nodes);
    writer.text
}

/// The interpreter: when each step for people begins, and when a list is over.
struct Reference<'a> {
    answers: &'a BTreeMap<String, Vec<bool>>,
    choices: &'a BTreeMap<String, usize>,
    /// What the called one does.
    called: &'a [Node],
    /// How often each was asked.
    turns: BTreeMap<String, usize>,
    values: BTreeMap<String, bool>,
}

/// How a list ends.
struct Ended {
    /// When, where it leads on.
    at: Option<u64>,
    /// Steps for people, and when they begin.
    begun: Vec<(u64, String)>,
    /// When somebody in it ended the playbook.
    stops: Vec<u64>,
}

impl Reference<'_> {
    fn asked(&mut self, name: &str) {
        let Some(answers) = self.answers.get(name) else { return };
        let turn = self.turns.entry(name.to_owned()).or_default();
        let answer = answers.get(*turn).or(answers.last()).copied().unwrap_or(false);
        *turn += 1;
        self.values.insert(name.to_owned(), answer);
    }

    fn list(&mut self, nodes: &[Node], from: u64) -> Ended {
        let mut whole = Ended { at: Some(from), begun: Vec::new(), stops: Vec::new() };
        for node in nodes {
            let Some(at) = whole.at else { break };
            let one = self.node(node, at);
            whole.begun.extend(one.begun);
            whole.stops.extend(one.stops);
            whole.at = one.at;
            if let Node::End { .. } = node {
                break;
            }
        }
        whole
    }

    fn node(&mut self, node: &Node, from: u64) -> Ended {
        let plain =
            |at: u64, begun: Vec<(u64, String)>| Ended { at: Some(at), begun, stops: Vec::new() };
        match node {
            Node::Task { id, takes, sets } => {
                sets.iter().for_each(|name| self.asked(name));
                plain(from + takes, vec![(from, id.clone())])
            }
            Node::Only { id, takes, on } => match self.values[on] {
                true => plain(from + takes, vec![(from, id.clone())]),
                false => plain(from, Vec::new()),
            },
            Node::Late { id, after, block } => {
                let mut ended = self.list(block, from + after);
                ended.begun.push((from, id.clone()));
                ended
            }
            Node::If { on, then, other, .. } => match (self.values[on], other) {
                (true, _) => self.list(then, from),
                (false, Some(other)) => self.list(other, from),
                (false, None) => plain(from, Vec::new()),
            },
            Node::Switch { on, ways, .. } => self.list(&ways[self.choices[on]], from),
            Node::While { on, body, .. } => {
                let mut whole = plain(from, Vec::new());
                while let Some(at) = whole.at
                    && self.values[on]
                {
                    let one = self.list(body, at);
                    whole.begun.extend(one.begun);
                    whole.stops.extend(one.stops);
                    whole.at = one.at;
                }
                whole
            }
            Node::Stubborn { body, rounds, block, .. } => {
                let mut whole = plain(from, Vec::new());
                let lists = std::iter::repeat_n(body, *rounds as usize).chain([block]);
                for list in lists {
                    let Some(at) = whole.at else { break };
                    let one = self.list(list, at);
                    whole.begun.extend(one.begun);
                    whole.stops.extend(one.stops);
                    whole.at = one.at;
                }
                whole
            }
            Node::Parallel { ways, .. } => {
                let ways: Vec<Ended> = ways.iter().map(|way| self.list(way, from)).collect();
                let ends: Option<Vec<u64>> = ways.iter().map(|way| way.at).collect();
                let mut whole = Ended {
                    at: ends.and_then(|ends| ends.into_iter().max()),
                    begun: Vec::new(),
                    stops: Vec::new(),
                };
                for way in ways {
                    whole.begun.extend(way.begun);
                    whole.stops.extend(way.stops);
                }
                whole
            }
            Node::Call { .. } => {
                let (end, begun) = self.playbook(self.called, from);
                plain(end, begun)
            }
            Node::Wait { takes, .. } => plain(from + takes, Vec::new()),
            Node::End { whole: true, .. } => {
                Ended { at: None, begun: Vec::new(), stops: vec![from] }
            }
            Node::End { whole: false, .. } => plain(from, Vec::new()),
        }
    }

    /// A whole playbook: whatever would begin once somebody ended it does not.
    fn playbook(&mut self, nodes: &[Node], from: u64) -> (u64, Vec<(u64, String)>) {
        let whole = self.list(nodes, from);
        let end = whole.stops.iter().copied().chain(whole.at).min().expect("it ends");
        let begun = whole.begun.into_iter().filter(|(at, _)| *at <= end).collect();
        (end, begun)
    }
}

fn late(nodes: &[Node], found: &mut Vec<StepId>) {
    for node in nodes {
        match node {
            Node::Late { id, block, .. } => {
                found.push(StepId::new(id.clone()));
                late(block, found);
            }
            Node::If { then, other, .. } => {
                late(then, found);
                other.iter().for_each(|other| late(other, found));
            }
            Node::Switch { ways, .. } | Node::Parallel { ways, .. } => {
                ways.iter().for_each(|way| late(way, found));
            }
            Node::While { body, .. } => late(body, found),
            Node::Stubborn { body, block, .. } => {
                late(body, found);
                late(block, found);
            }
            _ => {}
        }
    }
}

fn one_case(case: u64) {
    let mut rng = Rng::new(case);
    let (answers, choices) = (BTreeMap::new(), BTreeMap::new());
    let mut inner = Maker { rng: &mut rng, prefix: "b", last: 0, answers, choices };
    let called = inner.list(1);
    let text_of_called = written("b", &inner, &called);
    let (answers, choices) = (inner.answers, inner.choices);
    let mut outer = Maker { rng: &mut rng, prefix: "a", last: 0, answers, choices };
    let nodes = outer.list(0);
    let text = written("a", &outer, &nodes);
    let (answers, choices) = (outer.answers, outer.choices);

    let mut library = Library::default();
    for (id, text) in [("a", &text), ("b", &text_of_called)] {
        let read = parse(text, Path::new(&format!("{id}.toml")))
            .unwrap_or_else(|wrong| panic!("case {case}: {wrong:?}\n{text}"));
        library.all.insert(PlaybookId::new(id), read.playbook.into());
    }
    let bundle = library.bundle(&PlaybookId::new("a")).unwrap();
    // A copy that was kept is the same copy.
    let kept = serde_json::to_string(&bundle).unwrap();
    assert_eq!(serde_json::from_str::<Bundle>(&kept).unwrap(), bundle, "case {case}");

    let mut times_out = Vec::new();
    late(&nodes, &mut times_out);
    late(&called, &mut times_out);
    let truths = answers.iter().map(|(name, all)| {
        (Name::new(name.clone()), all.iter().map(|truth| Given::Truth(*truth)).collect())
    });
    let words = choices
        .iter()
        .map(|(name, word)| (Name::new(name.clone()), vec![Given::Words(format!("w{word}"))]));
    let script = Script {
        answers: truths.chain(words).collect(),
        times_out: times_out.into_iter().collect(),
        seed: case,
    };
    let incident = sample(START, None);
    let played = play(&bundle, &incident, &Directory::default(), &BTreeMap::new(), &script);
    let asked = played.entries.iter().filter(|entry| matches!(entry.what, What::Asked { .. }));
    let mut begun: Vec<(u64, String)> =
        asked.map(|entry| (entry.at.as_secs(), entry.step.to_string())).collect();
    begun.sort();

    let (turns, values) = (BTreeMap::new(), BTreeMap::new());
    let mut reference =
        Reference { answers: &answers, choices: &choices, called: &called, turns, values };
    let (end, mut expected) = reference.playbook(&nodes, 0);
    expected.sort();
    let shown = || format!("case {case}:\n{text}\n\n{text_of_called}");
    assert!(played.ended, "{}", shown());
    assert_eq!(begun, expected, "{}", shown());
    assert_eq!(played.took, Duration::from_secs(end), "{}", shown());
}

#[test]
fn playbooks_made_by_chance_run_as_a_slow_and_obvious_interpreter_says() {
    let number = |name: &str| std::env::var(name).ok().and_then(|number| number.parse().ok());
    let first = number("TRUCBAN_CASE").unwrap_or(0);
    let count = number("TRUCBAN_CASE").map_or(number("TRUCBAN_CASES").unwrap_or(400), |_| 1);
    (first..first + count).for_each(one_case);
}
