use crate::{
    brokers::is_in_sync,
    caches,
    common::Random,
    reconcile,
    tally::Rounds,
    world::{Plan, QUICK, World, is_full, seed},
};
use rdkafka::{ClientConfig, consumer::BaseConsumer};
use std::time::Duration;
use testbed::{Broker, Node, Settings};

const WORKERS: [&str; 3] = ["one", "two", "three"];
/// Faults between two moments at which nothing is wrong and work has to go on.
const SPELL: u64 = 8;

/// Faults of every kind come while others are in force: workers die, with or without their cache, or stand still, guests come and
/// go, brokers stop, die or stand still, raw grows. Workers are of the classic protocol where the seed is odd.
pub(crate) fn faults_overlap() {
    let cluster = Broker::own(&Settings { brokers: 3, properties: QUICK, ..Settings::default() });
    let spells = if is_full() { 10 } else { 2 };
    let mut rounds = Rounds::new("fault while others are in force", spells * SPELL);
    let mut storm = Storm::begin(&cluster);
    while rounds.next() {
        let others = storm.in_force();
        eprintln!("{}", storm.blow());
        rounds.injected(others > 0 && storm.world.waiting() > 0);
        storm.world.tend(Duration::from_millis(storm.random.below(3_000)));
        storm.abate();
        if rounds.nth().is_multiple_of(SPELL) {
            storm.calm();
        }
        if rounds.nth() == SPELL {
            // New partitions want all brokers.
            storm.world.grow(7);
        }
    }
    let mut world = storm.world;
    world.finish();
    assert!(rounds.bitten() * 2 >= rounds.nth(), "faults came one by one: nothing is proven");
    did_it_bite(&world);
}

fn did_it_bite(world: &World) {
    let total = |word: &str| world.workers.iter().map(|worker| worker.total(word).0).sum::<u64>();
    let cut_short = total("commits") - total("committed");
    let anew = total("rebuild-missing") + total("rebuild-checksum");
    eprintln!("{cut_short} commits cut short, {} of them void; {anew} caches read anew", total("void"));
    assert!(cut_short > 0, "no transaction was left open or undone: nothing is proven");
    assert!(world.partitions_used() == 7, "nothing stands on the new partitions: nothing is proven");
}

/// A run, and what is wrong with it just now.
struct Storm<'a> {
    nodes: &'a [Node],
    client: BaseConsumer,
    world: World,
    random: Random,
    /// The worker that stands still.
    still: Option<&'static str>,
    /// The worker that is dead for a while.
    dead: Option<&'static str>,
    /// The worker that is here for a while.
    guest: Option<String>,
    guests: u32,
    away: Option<Away<'a>>,
}

/// A broker that does not answer.
enum Away<'a> {
    Gone(&'a Node),
    Still(&'a Node),
}

impl Away<'_> {
    fn comes_back(self) {
        match self {
            Self::Gone(node) => node.start(),
            Self::Still(node) => node.resume(),
        }
    }
}

impl<'a> Storm<'a> {
    fn begin(cluster: &'a Broker) -> Self {
        let client = ClientConfig::new().set("bootstrap.servers", cluster.bootstrap()).create().unwrap();
        let mut world = World::new(Plan {
            brokers: Some(cluster.bootstrap().to_owned()),
            is_classic: seed() % 2 == 1,
            ..Plan::default()
        });
        WORKERS.into_iter().for_each(|name| world.start(name));
        world.load();
        world.until("all take part", |world| world.workers.iter().all(|worker| worker.said("committed") > 3));
        let random = Random(seed());
        Self {
            nodes: cluster.nodes(),
            client,
            world,
            random,
            still: None,
            dead: None,
            guest: None,
            guests: 0,
            away: None,
        }
    }

    /// How many faults last.
    fn in_force(&self) -> usize {
        [self.still.is_some(), self.dead.is_some(), self.guest.is_some(), self.away.is_some()]
            .into_iter()
            .filter(|is_so| *is_so)
            .count()
    }

    fn any_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.random.below(all.len() as u64)).unwrap()]
    }

    /// One more fault: of those that last, one that is not in force already; or else a worker dies and lives again. Tells which.
    fn blow(&mut self) -> String {
        match self.random.below(5) {
            0 if self.still.is_none() => self.stand_still(),
            1 if self.dead.is_none() => self.die(),
            2 if self.guest.is_none() => self.invite(),
            // Two brokers of three that are away, or one while another has still to catch up, is an outage, and no fault to get over.
            3 if self.away.is_none() && is_in_sync(&self.client) => self.lose_broker(),
            _ => {
                let told = self.die();
                self.live();
                told
            }
        }
    }

    /// A worker dies, and its cache may.
    fn die(&mut self) -> String {
        // One at a time: another one that is dead lives again.
        self.live();
        let name = self.any_of(&WORKERS);
        let damage = self.any_of(&[None, None, Some(caches::remove as fn(&_)), Some(caches::flip_database)]);
        let worker = self.world.worker(name);
        worker.kill();
        let cache = worker.job().cache.join(caches::DIR);
        // It may have died before it had one.
        let damage = damage.filter(|_| cache.join("store.db").exists());
        let is_damaged = damage.map(|damage| damage(&cache)).is_some();
        self.still = self.still.filter(|still| *still != name);
        self.dead = Some(name);
        format!("worker {name} dies{}", if is_damaged { ", and so does its cache" } else { "" })
    }

    fn live(&mut self) {
        if let Some(name) = self.dead.take() {
            self.world.worker(name).restart();
        }
    }

    fn stand_still(&mut self) -> String {
        let name = self.any_of(&WORKERS.into_iter().filter(|name| self.dead != Some(name)).collect::<Vec<_>>());
        self.world.worker(name).signal("STOP");
        self.still = Some(name);
        format!("worker {name} stands still")
    }

    fn invite(&mut self) -> String {
        self.guests += 1;
        let name = format!("guest-{}", self.guests);
        self.world.start(&name);
        let told = format!("worker {name} comes");
        self.guest = Some(name);
        told
    }

    fn lose_broker(&mut self) -> String {
        let nodes = self.nodes;
        let node = &nodes[usize::try_from(self.random.below(nodes.len() as u64)).unwrap()];
        let (how, away) = match self.random.below(3) {
            0 => {
                node.stop();
                ("stops", Away::Gone(node))
            }
            1 => {
                node.kill9();
                ("dies", Away::Gone(node))
            }
            _ => {
                node.pause();
                ("stands still", Away::Still(node))
            }
        };
        self.away = Some(away);
        format!("broker {} {how}", node.port())
    }

    /// One of those that last may end, unless it is alone.
    fn abate(&mut self) {
        let before = self.in_force();
        if before < 2 || self.random.below(2) == 0 {
            return;
        }
        while self.in_force() == before {
            match self.random.below(4) {
                0 => self.wake(),
                1 => self.live(),
                2 => self.part(),
                _ => self.bring_back(),
            }
        }
    }

    fn wake(&mut self) {
        if let Some(name) = self.still.take() {
            self.world.worker(name).signal("CONT");
        }
    }

    fn part(&mut self) {
        let in_order = self.random.below(2) == 0;
        let Some(name) = self.guest.take() else { return };
        let guest = self.world.worker(&name);
        if in_order { guest.stop() } else { guest.kill() }
    }

    fn bring_back(&mut self) {
        if let Some(away) = self.away.take() {
            away.comes_back();
        }
    }

    /// Every fault ends, work goes on, and nothing is missing from what was committed.
    fn calm(&mut self) {
        self.wake();
        self.live();
        self.part();
        self.bring_back();
        let Self { world, client, .. } = self;
        world.until("all copies are in sync", |_| is_in_sync(client));
        let before: Vec<_> = WORKERS.map(|name| world.worker(name).total("committed").0).into();
        world.until("all take part again", |world| {
            world.workers.iter().zip(&before).all(|(worker, before)| worker.total("committed").0 > before + 3)
        });
        let (proof, offenders) = reconcile::check(&world.settings(), &[], &[]);
        assert!(proof.ok(), "{proof:?}: {offenders:?}");
        eprintln!("{} positions proven, {} waiting", proof.positions, proof.waiting);
    }
}
