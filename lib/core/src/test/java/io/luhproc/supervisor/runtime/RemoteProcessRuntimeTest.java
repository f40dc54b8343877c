package io.luhproc.supervisor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cgroup.Cgroups;
import io.luhproc.contract.FakeEngine;
import io.luhproc.contract.FakeEngineProvider;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.engine.WorkerKey;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import io.luhproc.spawn.Launcher;
import io.luhproc.supervisor.state.ProcessInstance;
import io.luhproc.testing.Eventually;
import io.luhproc.time.EventLoop;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the watch of an engine does not report: silence, and forgotten processes. */
@Timeout(60)
class RemoteProcessRuntimeTest {
  private static final WorkerKey WEB = new WorkerKey(Optional.of("shop"), "shop_web", "web");

  @TempDir private Path folder;
  private final FakeEngine.Place place = new FakeEngine.Place();
  private final String engine = FakeEngineProvider.register(place);
  private final List<String> reports = new CopyOnWriteArrayList<>();
  private final EventLoop loop = EventLoop.start("test", TimeSource.system(), () -> {});
  private final Launcher launcher = Launcher.withPathOf(System.getenv());
  private RemoteProcessRuntime runtime;

  @BeforeEach
  void open() {
    ProcessRoot root = ProcessRoot.at(folder.resolve("services"));
    root.create();
    CgroupProvider cgroups = new CgroupProvider(() -> Cgroups.unavailable("test", "none"), root);
    LocalProcessRuntime local =
        LocalProcessRuntime.start(root, loop, TimeSource.system(), launcher, cgroups);
    runtime = new RemoteProcessRuntime(local, loop, TimeSource.system(), Duration.ofMillis(20));
  }

  @AfterEach
  void close() {
    place.setAnswering(true);
    loop.close();
    runtime.close();
    launcher.close();
  }

  private void launch() {
    ServiceSpec spec =
        ServiceSpec.named("shop").process(ProcessSpec.command("web", "RUN").remote(engine)).build();
    runtime.launch(ProcessInstance.of(spec).get(0), new RecordingListener(reports));
    await("launched");
    await(engine + ", nowhere");
  }

  private void await(String text) {
    Eventually.holds(
        () -> text + " in " + reports, () -> reports.stream().anyMatch(it -> it.contains(text)));
  }

  @Test
  void silenceOfEngineIsShownAndIsNoExit() {
    launch();

    place.setAnswering(false);

    await(engine + ", nowhere, no answer since");
    reports.clear();
    place.setAnswering(true);
    await(engine + ", nowhere");
    assertThat(reports).containsExactly(engine + ", nowhere");
    assertThat(place.started()).isEqualTo(1);
  }

  @Test
  void forgottenProcessEndsWithUnknownExit() {
    launch();

    place.forget(WEB);

    await("exited: unknown: " + engine + " has no record of it");
  }

  @Test
  void exitDuringSilenceIsSeenAfterwards() {
    launch();
    place.setAnswering(false);
    await("no answer since");

    place.exit(WEB, 7);
    place.setAnswering(true);

    await("exited: exit code 7");
  }
}
