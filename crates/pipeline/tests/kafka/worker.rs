use crate::child::{JOB, Job};
use std::{
    collections::BTreeMap,
    env, fs,
    fs::File,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// What a worker said, by word: how often, and the sum of the numbers.
type Words = BTreeMap<String, (u64, u64)>;

/// A worker that is started again whenever it dies or asks for it with exit code 75.
pub(crate) struct Worker {
    job: Job,
    child: Option<Child>,
    /// Over all its lives.
    total: Arc<Mutex<Words>>,
    /// Of this life.
    said: Arc<Mutex<Words>>,
    /// Exit codes of lives that ended by themselves.
    pub(crate) exits: Vec<Option<i32>>,
}

impl Worker {
    pub(crate) fn start(job: Job) -> Self {
        fs::create_dir_all(&job.cache).unwrap();
        let mut worker = Self { job, child: None, total: Arc::default(), said: Arc::default(), exits: Vec::new() };
        worker.live();
        worker
    }

    pub(crate) fn name(&self) -> &str {
        &self.job.instance
    }

    pub(crate) fn job(&self) -> &Job {
        &self.job
    }

    fn live(&mut self) {
        let log = File::options().create(true).append(true).open(self.job.cache.join("log")).unwrap();
        let mut child = Command::new(env::current_exe().unwrap())
            .env(JOB, serde_json::to_string(&self.job).unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        self.said = Arc::default();
        let heard = [Arc::clone(&self.said), Arc::clone(&self.total)];
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let (word, number) = line.split_once(' ').unwrap();
                let number: u64 = number.parse().unwrap();
                for words in &heard {
                    let mut words = words.lock().unwrap();
                    let entry = words.entry(word.to_owned()).or_default();
                    *entry = (entry.0 + 1, entry.1 + number);
                }
            }
        });
        self.child = Some(child);
    }

    /// Starts it again when it has ended with 75; any other end of its own is remembered and final.
    pub(crate) fn tend(&mut self) {
        let Some(status) = self.child.as_mut().and_then(|child| child.try_wait().unwrap()) else { return };
        self.child = None;
        self.exits.push(status.code());
        if status.code() == Some(75) {
            self.live();
        }
    }

    /// How often it said the word in this life.
    pub(crate) fn said(&self, word: &str) -> u64 {
        count(&self.said.lock().unwrap(), word).0
    }

    /// How often, and the sum, over all lives.
    pub(crate) fn total(&self, word: &str) -> (u64, u64) {
        count(&self.total.lock().unwrap(), word)
    }

    /// Whether it began a commit that has not ended.
    pub(crate) fn is_committing(&self) -> bool {
        self.said("commits") > self.said("committed") + self.said("void")
    }

    /// Dies at once.
    pub(crate) fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        // What it said last is still being read.
        thread::sleep(Duration::from_millis(20));
    }

    pub(crate) fn restart(&mut self) {
        self.live();
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// Stops in order.
    pub(crate) fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        drop(child.stdin.take());
        let began = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if began.elapsed() > Duration::from_secs(40) {
                child.kill().unwrap();
                self.tell();
                panic!("{} does not stop", self.name());
            }
            thread::sleep(Duration::from_millis(10));
        };
        // One that is told to stop while its group or broker is away may say so.
        if !matches!(status.code(), Some(0 | 75)) {
            self.tell();
            panic!("{} ended with {status}", self.name());
        }
        thread::sleep(Duration::from_millis(20));
    }

    /// The end of its log.
    pub(crate) fn tell(&self) {
        let log = fs::read_to_string(self.job.cache.join("log")).unwrap();
        let lines: Vec<_> = log.lines().collect();
        eprintln!("{} ({:?}) said {:?}; its log ends:", self.name(), self.exits, self.total.lock().unwrap());
        lines[lines.len().saturating_sub(25)..].iter().for_each(|line| eprintln!("  {line}"));
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

fn count(words: &Words, word: &str) -> (u64, u64) {
    words.get(word).copied().unwrap_or_default()
}
