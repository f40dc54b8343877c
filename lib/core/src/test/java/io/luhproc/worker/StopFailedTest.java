package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luhproc.DirectoryLockedException;
import io.luhproc.directory.DirectoryLock;
import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.VirtualTime;
import io.luhproc.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code stop}, in virtual time, of a process that survives SIGKILL. */
class StopFailedTest {
  // PID_MAX_LIMIT, which the kernel never assigns, so no real process is signalled.
  private static final long STUCK = 1L << 22;
  private static final ProcessKey KEY = new ProcessKey(Optional.empty(), "INDEX", "main");
  private static final StopOptions THREE_SECONDS =
      StopOptions.within(Duration.ofSeconds(3)).build();

  @TempDir Path root;
  private final VirtualTime time = new VirtualTime();
  private ManagerContext context;
  private ProcessDirectory directory;
  private WorkerStopper stopper;

  @BeforeEach
  void recordUnkillableWorker() {
    directory = ProcessRoot.at(root).directory(KEY);
    context = VirtualManagerContext.of(root, time, new StuckTable(directory.path().toString()));
    stopper = new WorkerStopper(context);
    directory.create();
    directory.prepareLogFiles();
    directory.writeRecord(
        ProcessRecord.forLaunch(
                KEY,
                context.programName(),
                new ProcessRecord.Launch("token", time.now()),
                new LaunchedCommand(List.of("app"), List.of(), List.of(), root, List.of()))
            .withIdentity(StuckTable.IDENTITY));
    directory.writePid(STUCK);
  }

  @Test
  void failureListsSurvivorsAndDirectoryIsKept() {
    StopFailedException failure =
        catchThrowableOfType(StopFailedException.class, () -> stopper.stop(KEY, THREE_SECONDS));
    assertThat(failure)
        .hasMessageStartingWith(
            """
            cannot stop INDEX (id: main) within 3s: still alive are
              pid 4194304 (stuck (1)), state D
            """)
        .hasMessageContaining("A process in state D waits for a device")
        .hasMessageContaining("stop the worker again later");
    assertThat(failure.alive()).containsExactly(StuckTable.IDENTITY);
    assertThat(directory.readRecord().orElseThrow().end()).isEmpty();
    assertThat(directory.readPid()).contains(STUCK);
  }

  @Test
  void startFailsAndNamesSurvivorsOfPreviousLaunch() {
    ProcessIdentity ended = new ProcessIdentity(STUCK - 1, 5, "boot");
    directory.writeRecord(directory.readRecord().orElseThrow().withIdentity(ended));
    WorkerStarter starter = new WorkerStarter(context, new WorkerQuery(context));
    assertThatThrownBy(() -> starter.start(TaskRequest.of(context, KEY, StartOptions.defaults())))
        .isInstanceOf(StartFailedException.class)
        .hasMessageStartingWith(
            """
            cannot start INDEX (id: main): cannot stop INDEX (id: main) within 15s: still alive are
              pid 4194304 (stuck (1)), state D
            """);
    assertThat(directory.readRecord().orElseThrow().identity()).contains(ended);
    assertThat(directory.readPid()).contains(STUCK);
  }

  @Test
  void stopOfEarlierRunLeavesItsSuccessorAlone() {
    ProcessRecord successor = directory.readRecord().orElseThrow();
    ProcessRecord earlier =
        ProcessRecord.forLaunch(
                KEY,
                context.programName(),
                new ProcessRecord.Launch("earlier", time.now()),
                successor.command())
            .withIdentity(StuckTable.IDENTITY);

    stopper.stopRun(earlier, THREE_SECONDS, () -> {});

    assertThat(directory.readRecord()).contains(successor);
    assertThatThrownBy(() -> stopper.stopRun(successor, THREE_SECONDS, () -> {}))
        .isInstanceOf(StopFailedException.class);
  }

  @Test
  void runThatIsKilledBeforeFirstLookOfItsStopIsStopped() {
    ProcessIdentity dead = new ProcessIdentity(STUCK - 1, 7, "boot");
    ProcessRecord run = directory.readRecord().orElseThrow().withIdentity(dead);
    directory.writeRecord(run);
    WorkerStopper withoutMembers =
        new WorkerStopper(VirtualManagerContext.of(root, time, new StuckTable("/other")));

    withoutMembers.stopRun(run, THREE_SECONDS.keepingLogs(), () -> {});

    assertThat(directory.readRecord().flatMap(ProcessRecord::end))
        .hasValueSatisfying(it -> assertThat(it.reason()).isEqualTo("stopped"));
  }

  @Test
  void stopSucceedsWhenDeadWorkersPidIsReusedByCaller() {
    ProcessIdentity earlier = new ProcessIdentity(ProcessHandle.current().pid(), 7, "boot");
    directory.writeRecord(directory.readRecord().orElseThrow().withIdentity(earlier));
    WorkerStopper withoutMembers =
        new WorkerStopper(VirtualManagerContext.of(root, time, new StuckTable("/other")));
    assertThat(withoutMembers.stop(KEY, THREE_SECONDS).outcome())
        .isEqualTo(StopResult.Outcome.NOT_RUNNING);
    assertThat(directory.exists()).isFalse();
  }

  @Test
  void stopReturnsAtTimeoutWhenProcessIsUnkillable() {
    assertThatThrownBy(() -> stopper.stop(KEY, THREE_SECONDS))
        .isInstanceOf(StopFailedException.class);
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void timeoutIncludesWaitForLock() {
    Deadline deadline = Deadline.after(time, Duration.ofSeconds(1));
    DirectoryLock acquired = directory.lock(deadline).orElseThrow();
    try (acquired) {
      assertThatThrownBy(() -> stopper.stop(KEY, THREE_SECONDS))
          .isInstanceOf(DirectoryLockedException.class)
          .hasMessageContaining("is starting or stopping its process");
    }
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void interruptStatusIsRestoredWhenStopIsInterrupted() {
    time.onSleep(() -> Thread.currentThread().interrupt());
    assertThatThrownBy(() -> stopper.stop(KEY, THREE_SECONDS))
        .hasMessage("interrupted while stopping INDEX (id: main); stop it again");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(directory.readPid()).contains(STUCK);
  }

  /** A table with one process, in an uninterruptible sleep. */
  private record StuckTable(String marker) implements ProcessTable {
    static final ProcessIdentity IDENTITY = new ProcessIdentity(STUCK, 7, "boot");
    private static final ProcessStat ENTRY =
        new ProcessStat(STUCK, 1, STUCK, STUCK, 'D', 7, Duration.ZERO, 4096, 1, "stuck (1)");

    @Override
    public Optional<ProcessStat> find(long pid) {
      return pid == STUCK ? Optional.of(ENTRY) : Optional.empty();
    }

    @Override
    public List<ProcessStat> all() {
      return List.of(ENTRY);
    }

    @Override
    public Optional<String> environmentVariable(long pid, String variable) {
      return variable.equals("LUHPROC_DIR") ? Optional.of(marker) : Optional.empty();
    }

    @Override
    public String bootId() {
      return "boot";
    }
  }
}
