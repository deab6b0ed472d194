use crate::{
    program::{stderr, stdout, timesheet},
    world::{RAW_PARTITIONS, Worker, World},
};

/// Where a group began is noted with its positions; when somebody sets these anew, it is told what to type.
pub(crate) fn what_came_before_the_group_is_no_loss_to_a_proof() {
    let world = World::new("late.");
    world.create_topics();
    let config = world.place.read("f.toml");
    world.place.write("f.toml", config.replace("static_member", "start = \"latest\"\nstatic_member"));
    let submit = |partition, employees: std::ops::Range<u32>| {
        let headers = [("faircopy-form", "timesheet")];
        world.submit_all(partition, &headers, employees.map(|number| timesheet(&format!("E{number}"))));
    };
    (0..RAW_PARTITIONS).for_each(|partition| submit(partition, 0..4));
    world.place.expect(0, "run --drain --config f.toml");
    [0, 1].into_iter().for_each(|partition| submit(partition, 10..12));
    world.place.expect(0, "run --drain --config f.toml");
    let proof = stdout(&world.place.expect(0, "reconcile --config f.toml"));
    assert!(proof.contains("judged                 4\n"), "{proof}");
    world.set_positions();
    let proof = stdout(&world.place.expect(1, "reconcile --config f.toml"));
    let from = "--from 0/4 --from 1/4 --from 2/4";
    assert!(proof.contains(&format!("add to this command\n  {from}\n")), "{proof}");
    world.place.expect(0, &format!("reconcile {from} --config f.toml"));
}

/// What retention dropped cannot be checked; where the rest begins is told, to be typed.
pub(crate) fn what_retention_left_is_proven_from_where_it_is_told() {
    let world = World::new("dropped.");
    world.create_topics();
    let (one, two) = (Worker::start(&world, "one"), Worker::start(&world, "two"));
    let headers = [("faircopy-form", "timesheet")];
    for partition in 0..RAW_PARTITIONS {
        let employees = (100..140).map(|number| format!("E{partition}{number}"));
        world.submit_all(partition, &headers, employees.map(|employee| timesheet(&employee)));
    }
    world.await_outcomes(120);
    one.stop();
    two.stop();
    world.place.expect(0, "reconcile --config f.toml");
    world.drop_before("clean", 1, 25);
    let told = stderr(&world.place.expect(78, "reconcile --config f.toml"));
    let from = told.lines().next().unwrap().split_once("the others can: ").unwrap().1;
    assert_eq!(from.matches("--from ").count(), 3, "{told}");
    let proof = stdout(&world.place.expect(0, &format!("reconcile {from} --config f.toml")));
    let judged: u32 = proof.lines().next().unwrap().strip_prefix("judged").unwrap().trim().parse().unwrap();
    assert!((30..120).contains(&judged), "{from}: {proof}");
}

/// Two workers that take a key for free after different times decide differently, whoever gets its shard.
pub(crate) fn a_worker_that_takes_over_from_one_with_another_window_says_so() {
    let world = World::new("windows.");
    world.create_topics();
    let run = |records: usize, warnings: usize| {
        let records: Vec<_> = (0..records).map(|number| timesheet(&format!("E{number}"))).collect();
        world.place.write("in.ndjson", records.join("\n"));
        world.place.expect(0, "put in.ndjson --form timesheet --config f.toml");
        let ran = stderr(&world.place.expect(0, "run --drain --config f.toml"));
        let told: Vec<_> = ran.lines().filter(|line| line.contains("another window of keys")).collect();
        assert_eq!(told.len(), warnings, "{ran}");
        told.concat()
    };
    run(50, 0);
    run(50, 0);
    let config = world.place.read("f.toml");
    world.place.write("f.toml", config.replace("[dedupe]\n", "[dedupe]\nwindow_days = 30\n"));
    let told = run(50, 1);
    assert!(told.contains(r#""theirs":"400 days in 10 slices","ours":"30 days in 10 slices""#), "{told}");
    run(50, 0);
}
