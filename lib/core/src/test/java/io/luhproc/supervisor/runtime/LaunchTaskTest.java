package io.luhproc.supervisor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cgroup.Cgroups;
import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.health.Heartbeat;
import io.luhproc.posix.Posix;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import io.luhproc.spawn.Launcher;
import io.luhproc.supervisor.state.ProcessInstance;
import io.luhproc.testing.VirtualTime;
import io.luhproc.testing.VirtualTimers;
import io.luhproc.time.TimeSource;
import io.luhproc.tree.TreeStopService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Launches that must not take place, and what a launch does before it. */
class LaunchTaskTest {
  @TempDir private Path folder;
  private final ProcessTable table = ProcessTable.system();
  private final List<String> reports = new ArrayList<>();
  private TreeStopService treeStopper;
  private Launcher launcher;
  private LocalInstance local;

  @BeforeEach
  void create() {
    treeStopper = TreeStopService.start(table, Posix.lazy(), TimeSource.system());
    launcher = Launcher.withPathOf(System.getenv());
    ServiceSpec spec =
        ServiceSpec.named("shop")
            .process(ProcessSpec.command("web", "/nowhere/no-such-program"))
            .build();
    ProcessInstance instance = ProcessInstance.of(spec).get(0);
    ProcessLocation location =
        ProcessLocation.of(ProcessRoot.at(folder), spec, instance.spec(), "web");
    ProcessCgroup cgroup =
        new ProcessCgroup(() -> Cgroups.unavailable("none in this test", "none"), "shop-web");
    local = new LocalInstance(instance, new LocalProcess(location, Runnable::run, cgroup));
  }

  @AfterEach
  void close() {
    launcher.close();
    treeStopper.close();
  }

  private LaunchTask task(Optional<ProcessIdentity> previous) {
    InstanceLauncher instanceLauncher =
        new InstanceLauncher(
            launcher, LaunchCommandBuilder.inheriting(Map.of()), table, TimeSource.system());
    LaunchTask.LaunchContext context =
        new LaunchTask.LaunchContext(
            instanceLauncher,
            treeStopper,
            (request, done) -> done.run(),
            TimeSource.system(),
            instance -> {},
            new ReadinessReports(
                folder, table, new VirtualTimers(new VirtualTime()), TimeSource.system()));
    return new LaunchTask(context, local, previous, new RecordingListener(reports));
  }

  private ProcessDirectory directory() {
    return local.location().directory();
  }

  @Test
  void heartbeatOfFormerProcessIsDeleted() throws IOException {
    assertThat(directory().create()).isTrue();
    Heartbeat.beat(directory().path());
    Path heartbeat = directory().path().resolve("heartbeat");
    assertThat(Files.exists(heartbeat)).isTrue();
    task(Optional.empty()).run();
    assertThat(Files.exists(heartbeat)).isFalse();
    assertThat(reports).singleElement().asString().contains("no-such-program");
  }

  @Test
  void launchFailsWhileFormerProcessIsAlive() {
    assertThat(directory().create()).isTrue();
    ProcessIdentity self = table.identify(table.currentPid()).orElseThrow();
    directory().writePid(self.pid());
    task(Optional.of(self)).run();
    assertThat(reports).singleElement().asString().contains("is alive; stop it first");
  }

  @Test
  void launchFailsWhileProcessOfAnotherSupervisorIsAlive() {
    assertThat(directory().create()).isTrue();
    ProcessIdentity self = table.identify(table.currentPid()).orElseThrow();
    directory()
        .writeRecord(
            ProcessRecord.forLaunch(
                    local.location().key(),
                    "web",
                    new ProcessRecord.Launch("another", Instant.EPOCH),
                    new LaunchedCommand(List.of("web"), List.of(), List.of(), folder, List.of()))
                .withIdentity(self));
    task(Optional.empty()).run();
    assertThat(reports).singleElement().asString().contains("is alive; stop it first");
  }

  @Test
  void cancelledLaunchStartsNothing() {
    LaunchTask task = task(Optional.empty());
    task.cancel(false);
    task.run();
    assertThat(reports).containsExactly("failed: it was cancelled");
    assertThat(directory().exists()).isFalse();
  }
}
