use crate::{
    program::{stderr, stdout, timesheet},
    world::{RAW_PARTITIONS, World},
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
