package io.luhproc.supervisor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cgroup.Cgroups;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.service.Command;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.StopPolicy;
import io.luhproc.spawn.Launcher;
import io.luhproc.supervisor.state.ProcessInstance;
import io.luhproc.testing.VirtualTime;
import io.luhproc.testing.VirtualTimers;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stop command that cannot be started, so that it ends at once. */
class StopCommandRunTest {
  @TempDir private Path folder;
  private final ProcessTable table = ProcessTable.system();
  private final List<Duration> continued = new ArrayList<>();

  private StopCommandRun run(Launcher launcher) {
    Command missing = new Command.Program(List.of("/nowhere/no-such-program"));
    ServiceSpec spec =
        ServiceSpec.named("shop")
            .process(
                ProcessSpec.command("web", "true").stop(StopPolicy.defaults().command(missing)))
            .build();
    ProcessInstance instance = ProcessInstance.of(spec).get(0);
    ProcessLocation location =
        ProcessLocation.of(ProcessRoot.at(folder), spec, instance.spec(), "web");
    boolean ignored = location.directory().create();
    ProcessCgroup cgroup =
        new ProcessCgroup(() -> Cgroups.unavailable("none in this test", "none"), "shop-web");
    VirtualTime time = new VirtualTime();
    InstanceLauncher launches =
        new InstanceLauncher(
            launcher, LaunchCommandBuilder.inheriting(Map.of()), table, TimeSource.system());
    ProcessIdentity root = table.identify(table.currentPid()).orElseThrow();
    return new StopCommandRun(
        new StopCommandRun.StopContext(launches, table, new VirtualTimers(time), time),
        new LocalInstance(instance, new LocalProcess(location, Runnable::run, cgroup)),
        root,
        continued::add);
  }

  @Test
  void stopContinuesWithTheRestOfTheGracePeriod() {
    try (Launcher launcher = Launcher.withPathOf(Map.of("PATH", "/usr/bin:/bin"))) {
      run(launcher).start();
    }
    assertThat(continued).containsExactly(Duration.ofSeconds(10));
  }

  @Test
  void cancelledRunDoesNotContinue() {
    try (Launcher launcher = Launcher.withPathOf(Map.of("PATH", "/usr/bin:/bin"))) {
      StopCommandRun run = run(launcher);
      run.cancel();
      run.start();
    }
    assertThat(continued).isEmpty();
  }
}
