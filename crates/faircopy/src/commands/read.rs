//! `faircopy read`: messages of a topic, one JSON a line.

use super::{
    Place,
    selection::{self, Condition},
};
use crate::{
    failure::{Exit, Failure, tell},
    service, signals, text,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use pipeline::{
    Stop,
    replay::{Marks, Selection, Site},
};
use record::{Message, Position};
use serde_json::{Map, Value, json};
use std::{path::Path, thread, time::Duration};
use transport::{Topic, local::Reader};

/// How long to wait before looking for more.
const FOLLOW_WAIT: Duration = Duration::from_millis(100);
/// Bytes gathered before they are printed.
const PRINT_BYTES: usize = 1 << 16;

/// Arguments of `faircopy read`.
#[derive(Debug, clap::Args)]
#[command(after_help = selection::HELP)]
pub struct Args {
    /// raw, clean, rejects, duplicates or tables
    #[arg(value_parser = topic)]
    topic: Topic,
    #[command(flatten)]
    place: Place,
    /// Offset to begin at; of the embedded store only
    #[arg(long, value_name = "N", default_value_t = 0)]
    from: u64,
    /// Print at most this many
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Wait for more, until interrupted; of the embedded store only
    #[arg(long)]
    follow: bool,
    /// Print offset, time, key and headers around each value
    #[arg(long)]
    headers: bool,
    /// Of rejects: only these
    #[arg(long = "where", value_name = "CONDITIONS", value_parser = selection::parse)]
    conditions: Vec<Condition>,
    /// Of rejects: only those that `replay` did not put back yet
    #[arg(long)]
    open: bool,
    /// Of rejects: print each as a line to be corrected, and given to `replay --file`
    #[arg(long, conflicts_with = "headers")]
    to_correct: bool,
}

/// What of a topic is printed.
struct Choice<'a> {
    /// Of rejects, which.
    selection: Option<Selection>,
    /// Those that it knows are not printed.
    marks: Option<Marks>,
    args: &'a Args,
    /// The conditions hold for some, put back or not.
    has_any: bool,
    /// Messages that may still be printed.
    left: u64,
    /// What is not printed yet.
    page: Vec<u8>,
    /// Rejects that `--to-correct` cannot print, since no line can carry them.
    unprinted: u64,
}

fn topic(name: &str) -> Result<Topic, String> {
    let names = Topic::ALL.map(Topic::as_str);
    Topic::ALL.into_iter().find(|topic| topic.as_str() == name).ok_or_else(|| {
        let near = rules::nearest(name, names).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        format!("the topics are {}{near}", names.join(", "))
    })
}

/// Runs the command.
///
/// # Errors
/// When there are no topics, or they cannot be read.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    args.check()?;
    let config = args.place.open_topics()?;
    let stop = Stop::default();
    signals::raise_on_stop(&stop.flag())?;
    let site = service::site(&config);
    let mut choice = Choice {
        selection: args.chooses().then(|| selection::of(&args.conditions)),
        marks: args.open.then(|| Marks::open(&site)).transpose()?,
        args,
        has_any: false,
        left: args.limit.unwrap_or(u64::MAX),
        page: Vec::new(),
        unprinted: 0,
    };
    match &site {
        Site::Store(dir, _) => choice.follow(dir, &stop)?,
        Site::Cluster(_) => choice.read(&site, &stop)?,
    }
    choice.flush()?;
    if !args.conditions.is_empty() && !choice.has_any {
        // A name that is misspelt in a condition would pass for good news.
        tell("note: the conditions hold for no reject");
    }
    if args.open && choice.left < args.limit.unwrap_or(u64::MAX) {
        // Whoever has put a mended row anew looks here for it, in vain.
        tell("note: a reject is open until `faircopy replay` puts it back (--run), also where its record was put anew");
    }
    if choice.unprinted > 0 {
        let count = text::counted(choice.unprinted, "reject");
        tell(&format!("note: {count} left out: a record that is no JSON is sent again, not corrected"));
    }
    Ok(Exit::Clean)
}

impl Args {
    fn chooses(&self) -> bool {
        !self.conditions.is_empty() || self.open || self.to_correct
    }

    fn check(&self) -> Result<(), Failure> {
        if self.chooses() && self.topic != Topic::Rejects {
            return Err(Failure::usage("--where, --open and --to-correct are for the topic rejects"));
        }
        Ok(())
    }
}

impl Choice<'_> {
    /// Reads a topic of a store, and waits for more where that is wanted.
    fn follow(&mut self, dir: &Path, stop: &Stop) -> Result<(), Failure> {
        let mut reader = Reader::open(dir, self.args.topic, self.args.from)?;
        while self.left > 0 && !stop.is_now() {
            match reader.read() {
                Ok(Some((offset, message))) => self.take(None, offset, &message)?,
                Ok(None) if self.args.follow => {
                    self.flush()?;
                    thread::sleep(FOLLOW_WAIT);
                }
                Ok(None) => break,
                // What is left is still of use to whoever reads.
                Err(overtaken @ transport::Error::Overtaken { .. }) => {
                    self.flush()?;
                    tell(&format!("note: {overtaken}"));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Reads what is committed on a topic of a cluster now.
    fn read(&mut self, site: &Site<'_>, stop: &Stop) -> Result<(), Failure> {
        if self.args.follow || self.args.from > 0 || self.args.topic == Topic::Tables {
            let what = "--follow, --from and the topic tables are for the embedded store, and the configuration names";
            return Err(Failure::usage(format!("{what} kafka.brokers"))
                .hint("read the topics with Kafka's own tools, or name a configuration without brokers"));
        }
        let mut failed = None;
        site.each(self.args.topic, &mut |position, message| {
            if self.left > 0 {
                failed = self.take(Some(position.partition), position.offset, &message).err();
            }
            Ok(failed.is_none() && self.left > 0 && !stop.is_now())
        })?;
        failed.map_or(Ok(()), Err)
    }

    /// Adds a line for a message, if it is meant.
    fn take(&mut self, partition: Option<u32>, offset: u64, message: &Message) -> Result<(), Failure> {
        let raw = match &self.selection {
            None => None,
            Some(selection) => {
                let position = Position { partition: partition.unwrap_or(0), offset };
                let chosen = selection.choose(message).map_err(|what| pipeline::Error::Reject { position, what })?;
                let Some(chosen) = chosen else { return Ok(()) };
                self.has_any = true;
                if self.marks.as_ref().map_or(Ok(false), |marks| marks.has(&chosen.reject_id, &chosen.mark))? {
                    return Ok(());
                }
                self.args.to_correct.then_some((chosen.reject_id, chosen.raw.filter(|raw| is_json(raw))))
            }
        };
        match raw {
            None => write(&mut self.page, partition, offset, message, self.args.headers),
            Some((_, None)) => {
                self.unprinted += 1;
                return Ok(());
            }
            Some((id, Some(raw))) => {
                self.page.extend_from_slice(format!("{{\"reject_id\":{},\"record\":", json!(id)).as_bytes());
                on_one_line(&mut self.page, &raw);
                self.page.extend_from_slice(b"}\n");
            }
        }
        self.left -= 1;
        if self.page.len() >= PRINT_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Failure> {
        text::print_bytes(&self.page)?;
        self.page.clear();
        Ok(())
    }
}

/// Adds one line. A value that is JSON stands as it is; any other stands as `{"encoding": …, "body": …}`, as in rejects.
fn write(page: &mut Vec<u8>, partition: Option<u32>, offset: u64, message: &Message, headers: bool) {
    if headers {
        let mut head = json!({
            "offset": offset,
            "time_ms": message.time.0,
            "key": String::from_utf8_lossy(&message.key),
            "headers": header_map(message),
        });
        if let Some(partition) = partition {
            head["partition"] = json!(partition);
        }
        let head = head.to_string();
        page.extend_from_slice(head.strip_suffix('}').unwrap_or(&head).as_bytes());
        page.extend_from_slice(b",\"value\":");
    }
    if is_json(&message.value) {
        on_one_line(page, &message.value);
    } else {
        page.extend_from_slice(body(&message.value).to_string().as_bytes());
    }
    page.extend_from_slice(if headers { b"}\n" } else { b"\n" });
}

/// Outside its strings JSON may hold line ends; there they mean no more than a blank.
fn on_one_line(page: &mut Vec<u8>, json: &[u8]) {
    page.extend(json.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte }));
}

/// Whether bytes are JSON in UTF-8; skipping a value alone would not look into its strings.
fn is_json(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok())
}

fn body(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!({"encoding": "utf8", "body": text}),
        Err(_) => json!({"encoding": "base64", "body": STANDARD.encode(bytes)}),
    }
}

/// Headers without their prefix; those that hold JSON stand as JSON.
fn header_map(message: &Message) -> Map<String, Value> {
    let of = |(name, value): (&str, &[u8])| {
        let name = name.strip_prefix("faircopy-").unwrap_or(name).to_owned();
        let structured = value.first().is_some_and(|byte| matches!(byte, b'[' | b'{'));
        let json = structured.then(|| serde_json::from_slice(value).ok()).flatten();
        (name, json.unwrap_or_else(|| Value::String(String::from_utf8_lossy(value).into_owned())))
    };
    message.headers.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::RecordTime;

    fn line(value: &[u8], headers: bool) -> String {
        let headers_of = [("faircopy-form", "x"), ("faircopy-changes", "[{}]")].into();
        let message = Message { time: RecordTime(5), key: b"k".to_vec(), headers: headers_of, value: value.to_vec() };
        let mut page = Vec::new();
        write(&mut page, None, 7, &message, headers);
        String::from_utf8(page).unwrap()
    }

    #[test]
    fn every_message_is_one_line_of_json() {
        assert_eq!(line(b"{\n\"a\": 1.50}", false), "{ \"a\": 1.50}\n");
        assert_eq!(line(b"{\"a\":\n", false), "{\"encoding\":\"utf8\",\"body\":\"{\\\"a\\\":\\n\"}\n");
        assert!(line(b"{\"a\":\"\xff\"}", false).starts_with("{\"encoding\":\"base64\""));
        assert_eq!(line(b"\xff", false), "{\"encoding\":\"base64\",\"body\":\"/w==\"}\n");
    }

    #[test]
    fn headers_stand_around_the_value() {
        let expected = r#"{"offset":7,"time_ms":5,"key":"k","headers":{"form":"x","changes":[{}]},"value":{"a":1}}"#;
        assert_eq!(line(b"{\"a\":1}", true).trim_end(), expected);
    }
}
