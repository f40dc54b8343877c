package io.luhproc.supervisor.runtime;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** Launches processes of services into their directories. Accesses the disk. */
final class InstanceLauncher {
  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);
  private static final String MAIN_PID = "MAINPID";

  private final Launcher launcher;
  private final JournaledLauncher journaledLaunch;
  private final LaunchCommandBuilder commandBuilder;
  private final ProcessTable table;
  private final TimeSource timeSource;

  InstanceLauncher(
      Launcher launcher,
      LaunchCommandBuilder commandBuilder,
      ProcessTable table,
      TimeSource timeSource) {
    this.launcher = launcher;
    this.journaledLaunch = new JournaledLauncher(launcher, table);
    this.commandBuilder = commandBuilder;
    this.table = table;
    this.timeSource = timeSource;
  }

  /**
   * One prepared launch.
   *
   * @param launch its token and time
   * @param request the command to launch, with its limit marker
   */
  record Prepared(ProcessRecord.Launch launch, LaunchRequest request) {}

  /**
   * Prepares a launch into an existing directory.
   *
   * @param cgroups the {@code cgroup.procs} files through which it joins its control groups
   * @throws LuhprocException when an environment file or a program is missing
   */
  Prepared prepare(LocalInstance instance, List<Path> cgroups) {
    instance.location().directory().prepareLogFiles();
    ProcessRecord.Launch launch = new ProcessRecord.Launch(RandomTokens.next(), timeSource.now());
    LaunchRequest request = request(instance, launch.token(), Map.of(), cgroups);
    return new Prepared(launch, launcher.mark(request));
  }

  private LaunchRequest request(
      LocalInstance instance, String token, Map<String, String> variables, List<Path> cgroups) {
    ProcessDirectory directory = instance.location().directory();
    LaunchCommand command = commandBuilder.build(instance.instance(), directory.path(), token);
    Map<String, String> environment = new HashMap<>(command.environment());
    environment.putAll(variables);
    LaunchRequest request =
        new LaunchRequest(
            command.argv(),
            environment,
            workingDirectory(instance),
            directory.outLog(),
            directory.errLog());
    request = request.with(instance.spec().output().mode());
    return preExecSettings(instance, cgroups).map(request::with).orElse(request);
  }

  static Path workingDirectory(LocalInstance instance) {
    Optional<Path> own = instance.spec().execContext().directory();
    Path service = instance.service().directory().orElse(Path.of(""));
    return service.resolve(own.orElse(Path.of(""))).toAbsolutePath().normalize();
  }

  private static Optional<PreExecSettings> preExecSettings(
      LocalInstance instance, List<Path> cgroups) {
    ExecContext exec = instance.spec().execContext();
    boolean needed =
        !cgroups.isEmpty()
            || exec.nice().isPresent()
            || exec.umask().isPresent()
            || exec.credentials().user().isPresent()
            || exec.credentials().group().isPresent();
    if (!needed) {
      return Optional.empty();
    }
    return Optional.of(
        new PreExecSettings(
            instance.location().directory().path().resolve("setup"),
            cgroups,
            OptionalLong.empty(),
            exec.nice(),
            exec.umask(),
            exec.credentials().user(),
            exec.credentials().group()));
  }

  /**
   * Starts the command that runs before the process. Its output goes to the same files, and it has
   * the same limit marker.
   *
   * @throws LuhprocException when it cannot be started
   */
  ChildProcess launchExecStartPre(Prepared prepared, Command command) {
    return launcher.launch(prepared.request().with(LaunchCommandBuilder.argv(command)));
  }

  /**
   * Starts the command that runs before the stop signal, as a member of the process tree.
   *
   * @param pid the pid of the process, {@code MAINPID} in its environment
   * @throws LuhprocException when it cannot be started
   */
  ChildProcess launchStopCommand(LocalInstance instance, Command command, long pid) {
    String token =
        instance
            .location()
            .directory()
            .readRecord()
            .map(ProcessRecord::launchToken)
            .orElseGet(RandomTokens::next);
    List<Path> cgroups = instance.process().cgroup().procsFiles();
    Map<String, String> variables = Map.of(MAIN_PID, Long.toString(pid));
    return launcher.launch(
        request(instance, token, variables, cgroups).with(LaunchCommandBuilder.argv(command)));
  }

  /** Returns the identity of a child; empty if it was reaped. */
  Optional<ProcessIdentity> identify(ChildProcess child) {
    return table.identify(child.pid());
  }

  /**
   * Starts the process.
   *
   * @param former the process that this supervisor launched here before
   * @throws LuhprocException when it cannot be started or recorded, or is alive already
   */
  JournaledLauncher.Launched launch(
      LocalInstance instance, Prepared prepared, Optional<ProcessIdentity> former) {
    ProcessDirectory directory = instance.location().directory();
    Deadline deadline = Deadline.after(timeSource, LOCK_TIMEOUT);
    DirectoryLock acquired =
        directory
            .lock(deadline)
            .orElseThrow(() -> new LuhprocException(directory + " was removed during a launch"));
    try (acquired) {
      checkNotRunning(directory, former);
      directory.stashPid();
      return journaledLaunch.launch(
          directory, createRecord(instance, prepared), prepared.request());
    }
  }

  /**
   * Checks that no process of the directory is alive. Reads the record only if another supervisor
   * may have launched one since.
   */
  private void checkNotRunning(ProcessDirectory directory, Optional<ProcessIdentity> former) {
    Optional<Long> recorded = directory.readPid();
    former
        .filter(it -> recorded.equals(Optional.of(it.pid())))
        .or(() -> directory.readRecord().flatMap(ProcessRecord::identity))
        // Nearly always gone, which a probe finds out at little cost.
        .filter(it -> table.probe(it.pid()).isPresent() && table.isAlive(it))
        .ifPresent(
            identity -> {
              throw new LuhprocException(
                  "cannot launch into "
                      + directory
                      + ": its process "
                      + identity.pid()
                      + " is alive; stop it first");
            });
  }

  private static ProcessRecord createRecord(LocalInstance instance, Prepared prepared) {
    Command command = instance.spec().command();
    boolean isTask = command instanceof Command.TaskCommand;
    LaunchedCommand launched =
        new LaunchedCommand(
            prepared.request().argv(),
            isTask ? ((Command.TaskCommand) command).jvmOptions() : List.of(),
            isTask ? ((Command.TaskCommand) command).arguments() : List.of(),
            prepared.request().workingDirectory(),
            variableNames(instance));
    String program =
        isTask
            ? ((Command.TaskCommand) command).app().taskLauncher().programName()
            : prepared.request().argv().get(0);
    return ProcessRecord.forLaunch(instance.location().key(), program, prepared.launch(), launched);
  }

  static List<String> variableNames(LocalInstance instance) {
    Set<String> names = new TreeSet<>(instance.spec().execContext().environment().keySet());
    names.remove(EnvironmentNames.ID);
    return List.copyOf(names);
  }
}
