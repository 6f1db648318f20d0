//! A file that is created once: whole or not at all, under races and kills. That the syncs come in their order cannot be
//! tested without cutting the power; reading the code must do.
#![cfg(unix)]

use std::env;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, SystemTime};

use retry_idempotency::{Creation, files};
use retry_tests::Folder;

const FOLDER: &str = "RETRY_TESTS_CREATE_ONCE";
const FILL: &str = "RETRY_TESTS_CREATE_ONCE_FILL";
const PIECE: usize = 4096;
const PIECES: usize = 64;

fn folder() -> Folder {
    Folder::new(env!("CARGO_TARGET_TMPDIR"))
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn text(mut file: File) -> String {
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_first_contents_stay_and_are_read_from_their_start() {
    let folder = folder();
    let path = folder.join("id");
    let Creation::Created(file) = files::create_once(&path, "first").unwrap() else { panic!("it was there") };
    assert_eq!(text(file), "first");
    let Creation::Found(file) = files::create_once(&path, "second").unwrap() else { panic!("it was not there") };
    assert_eq!(text(file), "first");
    assert_eq!(names(&folder), ["id"]);
}

#[test]
fn a_failed_write_leaves_nothing() {
    let folder = folder();
    let full = |file: &mut File| file.write_all(b"half").and(Err(io::Error::from(ErrorKind::StorageFull)));
    let error = files::create_once_with(folder.join("id"), full).unwrap_err();
    assert_eq!((error.kind(), names(&folder).len()), (ErrorKind::StorageFull, 0));
}

#[test]
fn a_name_that_is_taken_by_no_file_is_refused() {
    let folder = folder();
    let error = files::create_once(&*folder, "x").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert!(error.to_string().contains("is not a file; remove it"), "{error}");
    std::os::unix::fs::symlink("nowhere", folder.join("link")).unwrap();
    assert_eq!(files::create_once(folder.join("link"), "x").unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(names(&folder), ["link"]);
}

#[test]
fn of_many_threads_one_creates_and_all_read_its_contents() {
    const THREADS: usize = 64;
    let folder = folder();
    let (path, start) = (folder.join("id"), Barrier::new(THREADS));
    let race = |number: usize| {
        start.wait();
        let answer = files::create_once(&path, number.to_string().repeat(PIECE)).unwrap();
        (answer.is_created().then_some(number), text(answer.into_inner()))
    };
    let answers: Vec<_> = thread::scope(|scope| {
        let race = &race;
        let racers: Vec<_> = (0..THREADS).map(|number| scope.spawn(move || race(number))).collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    let winners: Vec<_> = answers.iter().filter_map(|(winner, _)| *winner).collect();
    assert_eq!(winners.len(), 1);
    assert!(answers.iter().all(|(_, read)| *read == winners[0].to_string().repeat(PIECE)));
    assert_eq!(names(&folder), ["id"]);
}

#[test]
fn a_temporary_file_that_is_taken_away_is_written_again() {
    let folder = folder();
    let mut writes = 0;
    let answer = files::create_once_with(folder.join("id"), |file| {
        writes += 1;
        if writes == 1 {
            file.set_modified(SystemTime::UNIX_EPOCH)?;
            assert_eq!(files::remove_leftovers(&*folder, Duration::ZERO)?, 1);
        }
        file.write_all(b"whole")
    });
    assert_eq!((text(answer.unwrap().into_inner()).as_str(), writes), ("whole", 2));
}

#[test]
fn only_old_leftovers_are_removed() {
    let folder = folder();
    let old = [".creating-once-0123456789abcdef", ".creating-once-0123456789abcde", "id"];
    for name in old {
        File::create(folder.join(name)).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    }
    File::create(folder.join(".creating-once-fedcba9876543210")).unwrap();
    assert_eq!(files::remove_leftovers(&*folder, Duration::from_hours(1)).unwrap(), 1);
    let mut names = names(&folder);
    names.sort();
    assert_eq!(names, [".creating-once-0123456789abcde", ".creating-once-fedcba9876543210", "id"]);
}

/// The process that the test below starts: creates one file after the other, each in pieces, and reports it; for ever.
#[test]
fn a_process() {
    let (Ok(folder), Ok(fill)) = (env::var(FOLDER), env::var(FILL)) else { return };
    let piece = [fill.as_bytes()[0]; PIECE];
    for number in 0.. {
        let path = Path::new(&folder).join(number.to_string());
        files::create_once_with(path, |file| (0..PIECES).try_for_each(|_| file.write_all(&piece))).unwrap();
        let _ = io::stdout().write_all(b"said\n");
    }
}

fn start(folder: &Path, fill: &str) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "files::a_process", "--nocapture"])
        .envs([(FOLDER, folder.as_os_str()), (FILL, fill.as_ref())])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn processes_that_race_and_are_killed_leave_whole_files_or_none() {
    let mut leftovers = 0;
    for round in 0..8 {
        let folder = folder();
        let mut children = ["a", "b"].map(|fill| start(&folder, fill));
        for child in &mut children {
            let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
            assert_eq!(lines.filter(|line| line.ends_with("said")).take(1 + 5 * round).count(), 1 + 5 * round);
            child.kill().unwrap();
            child.wait().unwrap();
        }
        for name in names(&folder) {
            if name.starts_with(".creating-once-") {
                leftovers += 1;
                continue;
            }
            let contents = fs::read(folder.join(&name)).unwrap();
            assert_eq!(contents.len(), PIECE * PIECES, "{name}");
            assert!(contents.iter().all(|byte| *byte == contents[0]), "{name} is of two");
        }
    }
    assert!(leftovers > 0, "no kill fell into a creation");
}
