package io.luhproc.supervisor;

import io.luhproc.LuhprocException;
import io.luhproc.directory.DirectoryLock;
import io.luhproc.directory.JournaledLauncher;
import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.process.EnvironmentNames;
import io.luhproc.process.LaunchCommand;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.service.Command;
import io.luhproc.service.ExecContext;
import io.luhproc.spawn.ChildProcess;
import io.luhproc.spawn.LaunchRequest;
import io.luhproc.spawn.Launcher;
import io.luhproc.spawn.PreExecSettings;
import io.luhproc.time.Deadline;
import io.luhproc.time.RandomTokens;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** Launches processes of services into their directories. Slow; called in the lanes. */
final class Launching {
  private static final Duration LONGEST_WAIT_FOR_LOCK = Duration.ofSeconds(10);

  private final Launcher launcher;
  private final JournaledLauncher recorded;
  private final Environment environment;
  private final ProcessTable table;
  private final TimeSource time;

  Launching(Launcher launcher, Environment environment, ProcessTable table, TimeSource time) {
    this.launcher = launcher;
    this.recorded = new JournaledLauncher(launcher, table);
    this.environment = environment;
    this.table = table;
    this.time = time;
  }

  /**
   * What one launch is made from.
   *
   * @param launch tells it from others
   * @param request what is started
   */
  record Prepared(ProcessRecord.Launch launch, LaunchRequest request) {}

  /**
   * Puts a launch together, into a directory that is there.
   *
   * @param cgroups the files by which it joins its control groups
   * @throws LuhprocException when something that it needs is missing
   */
  Prepared prepare(Place place, List<Path> cgroups) {
    ProcessDirectory directory = place.home().directory();
    directory.createLogFiles();
    ProcessRecord.Launch launch = new ProcessRecord.Launch(RandomTokens.next(), time.now());
    LaunchCommand relaunch = environment.of(place, launch.token());
    LaunchRequest request =
        new LaunchRequest(
            relaunch.argv(),
            relaunch.environment(),
            workingDirectory(place),
            directory.outLog(),
            directory.errLog(),
            place.spec().output().mode(),
            setup(place, cgroups));
    return new Prepared(launch, request);
  }

  static Path workingDirectory(Place place) {
    Optional<Path> own = place.spec().execContext().directory();
    Path service = place.service().directory().orElse(Path.of(""));
    return service.resolve(own.orElse(Path.of(""))).toAbsolutePath().normalize();
  }

  private static Optional<PreExecSettings> setup(Place place, List<Path> cgroups) {
    ExecContext around = place.spec().execContext();
    boolean needed =
        !cgroups.isEmpty()
            || around.nice().isPresent()
            || around.umask().isPresent()
            || around.credentials().user().isPresent()
            || around.credentials().group().isPresent();
    if (!needed) {
      return Optional.empty();
    }
    return Optional.of(
        new PreExecSettings(
            place.home().directory().path().resolve("setup"),
            cgroups,
            OptionalLong.empty(),
            around.nice(),
            around.umask(),
            around.credentials().user(),
            around.credentials().group()));
  }

  /**
   * Starts the command that comes before the process, whose output goes where its own will go.
   *
   * @throws LuhprocException when it cannot be started
   */
  ChildProcess before(Prepared prepared, Command command) {
    LaunchRequest main = prepared.request();
    return launcher.launch(
        new LaunchRequest(
            Environment.argv(command),
            main.environment(),
            main.workingDirectory(),
            main.stdout(),
            main.stderr(),
            main.outputMode(),
            main.preExec()));
  }

  /**
   * Starts the process.
   *
   * @param former what this supervisor launched here before
   * @throws LuhprocException when it cannot be started or recorded, or lives already
   */
  JournaledLauncher.Launched launch(
      Place place, Prepared prepared, Optional<ProcessIdentity> former) {
    ProcessDirectory directory = place.home().directory();
    Deadline deadline = Deadline.after(time, LONGEST_WAIT_FOR_LOCK);
    DirectoryLock held =
        directory
            .lock(deadline)
            .orElseThrow(() -> new LuhprocException(directory + " was removed during a launch"));
    try (held) {
      checkIsFree(directory, former);
      directory.stashPid();
      return recorded.launch(directory, describe(place, prepared), prepared.request());
    }
  }

  /** The description is read only where somebody else may have launched a process meanwhile. */
  private void checkIsFree(ProcessDirectory directory, Optional<ProcessIdentity> former) {
    Optional<Long> recorded = directory.readPid();
    former
        .filter(it -> recorded.equals(Optional.of(it.pid())))
        .or(() -> directory.readRecord().flatMap(ProcessRecord::identity))
        .filter(table::isAlive)
        .ifPresent(
            who -> {
              throw new LuhprocException(
                  "process " + who.pid() + " of " + directory + " lives already; stop it first");
            });
  }

  private static ProcessRecord describe(Place place, Prepared prepared) {
    Command command = place.spec().command();
    boolean isTask = command instanceof Command.TaskCommand;
    LaunchedCommand launched =
        new LaunchedCommand(
            prepared.request().argv(),
            isTask ? ((Command.TaskCommand) command).jvmOptions() : List.of(),
            isTask ? ((Command.TaskCommand) command).arguments() : List.of(),
            prepared.request().workingDirectory(),
            names(place));
    String program =
        isTask ? ((Command.TaskCommand) command).app().program() : prepared.request().argv().get(0);
    return ProcessRecord.forLaunch(place.home().key(), program, prepared.launch(), launched);
  }

  private static List<String> names(Place place) {
    Set<String> names = new TreeSet<>(place.spec().execContext().environment().keySet());
    names.remove(EnvironmentNames.ID);
    return List.copyOf(names);
  }
}
