package io.luhproc.worker.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Roles of a JVM with the variables of a worker, with and without a session of its own. */
class WorkerRoleTest {
  private static final ProcessKey KEY = new ProcessKey(Optional.empty(), "INDEX", "main");
  private static final ProcessIdentity SELF = new ProcessIdentity(4711, 7, "boot");
  private static final ProcessIdentity OTHER = new ProcessIdentity(4712, 8, "boot");
  private static final String OWN_TOKEN = "own";

  @TempDir Path root;

  private WorkerRole resolve(boolean leadsSession) {
    Platform platform =
        new Platform(
            Map.of("LUHPROC_LAUNCH", OWN_TOKEN),
            new VirtualTime(),
            new OwnProcessTable(leadsSession));
    return WorkerRole.resolve(ProcessRoot.at(root).directory(KEY), platform);
  }

  private ProcessDirectory writeRecord(String token, Optional<ProcessIdentity> identity) {
    ProcessDirectory directory = ProcessRoot.at(root).directory(KEY);
    directory.create();
    ProcessRecord record =
        ProcessRecord.forLaunch(
            KEY,
            "app",
            new ProcessRecord.Launch(token, Instant.EPOCH),
            new LaunchedCommand(List.of("app"), List.of(), List.of(), root, List.of()));
    directory.writeRecord(identity.map(record::withIdentity).orElse(record));
    return directory;
  }

  @Test
  void sessionLeaderIsSupersededWhenDirectoryWasDeleted() {
    assertThat(resolve(true)).isEqualTo(WorkerRole.SUPERSEDED);
    assertThat(resolve(false)).isEqualTo(WorkerRole.DESCENDANT);
  }

  @Test
  void sessionLeaderIsSupersededWhenAnotherLaunchIsRecorded() {
    writeRecord("another", Optional.of(OTHER));
    assertThat(resolve(true)).isEqualTo(WorkerRole.SUPERSEDED);
    assertThat(resolve(false)).isEqualTo(WorkerRole.DESCENDANT);
  }

  @Test
  void sessionLeaderIsSupersededWhenAnotherLaunchHasNoIdentity() {
    ProcessDirectory directory = writeRecord("another", Optional.empty());
    directory.lock(Deadline.after(new VirtualTime(), Duration.ZERO)).orElseThrow().close();
    assertThat(resolve(true)).isEqualTo(WorkerRole.SUPERSEDED);
    assertThat(resolve(false)).isEqualTo(WorkerRole.DESCENDANT);
  }

  @Test
  void sessionLeaderIsSupersededWhenLockFileIsMissing() {
    writeRecord(OWN_TOKEN, Optional.empty());
    assertThat(resolve(true)).isEqualTo(WorkerRole.SUPERSEDED);
    assertThat(resolve(false)).isEqualTo(WorkerRole.DESCENDANT);
  }

  @Test
  void sessionLeaderIsDescendantWhenItsLaunchIsRecordedWithAnotherPid() {
    writeRecord(OWN_TOKEN, Optional.of(OTHER));
    assertThat(resolve(true)).isEqualTo(WorkerRole.DESCENDANT);
    assertThat(resolve(false)).isEqualTo(WorkerRole.DESCENDANT);
  }

  @Test
  void processIsWorkerWhenItsPidOrIdentityIsRecorded() {
    ProcessDirectory directory = writeRecord(OWN_TOKEN, Optional.of(SELF));
    assertThat(resolve(true)).as("without a pid file").isEqualTo(WorkerRole.WORKER);
    directory.writePid(SELF.pid());
    assertThat(resolve(true)).isEqualTo(WorkerRole.WORKER);
  }

  @Test
  void processRecordsItselfWhenItsLaunchHasNoIdentity() {
    ProcessDirectory directory = writeRecord(OWN_TOKEN, Optional.empty());
    // The killed starter has created the lock file.
    directory.lock(Deadline.after(new VirtualTime(), Duration.ZERO)).orElseThrow().close();
    assertThat(resolve(true)).isEqualTo(WorkerRole.WORKER);
    assertThat(directory.readRecord().flatMap(ProcessRecord::identity)).contains(SELF);
    assertThat(directory.readPid()).contains(SELF.pid());
  }

  /** A table that contains only the process of the test. */
  private record OwnProcessTable(boolean leadsSession) implements ProcessTable {
    @Override
    public long currentPid() {
      return SELF.pid();
    }

    @Override
    public Optional<ProcessStat> find(long pid) {
      return all().stream().filter(it -> it.pid() == pid).findFirst();
    }

    @Override
    public List<ProcessStat> all() {
      long session = leadsSession ? SELF.pid() : 1;
      return List.of(
          new ProcessStat(SELF.pid(), 1, session, session, 'S', 7, Duration.ZERO, 1, 1, "java"));
    }

    @Override
    public Optional<String> environmentVariable(long pid, String variable) {
      return Optional.empty();
    }

    @Override
    public String bootId() {
      return SELF.bootId();
    }
  }
}
