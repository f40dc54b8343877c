package io.luhproc.supervisor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cgroup.Cgroups;
import io.luhproc.contract.FakeEngine;
import io.luhproc.contract.FakeEngineProvider;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.state.ProcessInstance;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.VirtualTime;
import io.luhproc.testing.VirtualTimers;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One launch on an engine, step by step in virtual time. */
class RemoteRunTest {
  private static final Duration RARELY = Duration.ofDays(1);

  @TempDir private Path folder;
  private final FakeEngine.Place place = new FakeEngine.Place();
  private final String address = FakeEngineProvider.register(place);
  private final VirtualTimers timers = new VirtualTimers(new VirtualTime());
  private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();
  private final List<String> reports = new ArrayList<>();
  private final LaunchListener listener = new RecordingListener(reports);
  private EngineLink link;
  private LocalInstance local;
  private RemoteProcess process;

  @BeforeEach
  void create() {
    link = new EngineLink(address, RARELY, TimeSource.system());
    ServiceSpec spec =
        ServiceSpec.named("shop")
            .directory(folder)
            .process(ProcessSpec.command("web", "NEVER_PLACED").remote(address))
            .build();
    ProcessInstance instance = ProcessInstance.of(spec).get(0);
    ProcessLocation location =
        ProcessLocation.of(ProcessRoot.at(folder), spec, instance.spec(), "web");
    ProcessCgroup cgroup =
        new ProcessCgroup(() -> Cgroups.unavailable("none in this test", "none"), "shop-web");
    local = new LocalInstance(instance, new LocalProcess(location, Runnable::run, cgroup));
    process =
        new RemoteProcess(
            new RemoteProcess.Context(
                it -> link, LaunchCommandBuilder.inheriting(Map.of()), timers, TimeSource.system()),
            work::add);
  }

  @AfterEach
  void close() {
    process.close(() -> {});
    runWork();
    link.close();
  }

  private void runWork() {
    for (Runnable body = work.poll(); body != null; body = work.poll()) {
      body.run();
    }
  }

  private ProcessDirectory directory() {
    return local.location().directory();
  }

  @Test
  void startThatIsNotAnsweredIsRepeatedAfterOneSecond() {
    place.setAnswering(false);
    process.launch(local, listener);
    runWork();
    place.setAnswering(true);

    timers.advance(Duration.ofSeconds(1));
    runWork();

    assertThat(place.started()).isEqualTo(1);
    assertThat(directory().readRecord().flatMap(ProcessRecord::remote).orElseThrow().incarnation())
        .contains("run-1");
  }

  @Test
  void adoptionWithoutRecordIsAnEnd() {
    assertThat(directory().create()).isTrue();

    process.adopt(local, listener);
    runWork();

    assertThat(reports).containsExactly("exited: unknown: its record is missing");
  }

  @Test
  void startThatEngineHasNotGotEndsWithItsCancellation() {
    place.setAnswering(false);
    process.launch(local, listener);
    runWork();
    String token = directory().readRecord().orElseThrow().launchToken();
    place.setAnswering(true);

    process.cancel(Duration.ofSeconds(1));
    runWork();

    assertThat(reports).last().isEqualTo("failed: it was cancelled");
    assertThat(place.started()).isZero();
    // The engine may accept the start yet, so the next launch is the same one.
    process.launch(local, listener);
    runWork();
    assertThat(directory().readRecord().orElseThrow().launchToken()).isEqualTo(token);
    assertThat(place.started()).isEqualTo(1);
  }

  @Test
  void stopOfRunThatEngineForgetsMeanwhileEndsAtOnce() {
    place.setStops(FakeEngine.Place.StopMode.FORGOTTEN);
    process.launch(local, listener);
    runWork();

    process.stop(Duration.ofSeconds(1), listener);
    runWork();

    assertThat(reports).endsWith("failed: it was cancelled", "terminated");
  }

  @Test
  void runThatIsMissingInTheListHasEnded() {
    link.close();
    link = new EngineLink(address, Duration.ofMillis(10), TimeSource.system());
    process.launch(local, listener);
    runWork();

    place.forget(local.location().workerKey());

    Eventually.holds(
        () -> "its end in " + reports,
        () -> {
          runWork();
          return reports.contains("failed: unknown: " + address + " has no record of it");
        });
  }

  @Test
  void startWithLostAnswerIsStoppedByItsCancellation() {
    place.loseNextReply();
    process.launch(local, listener);
    runWork();

    process.cancel(Duration.ofSeconds(1));
    runWork();
    timers.advance(Duration.ofSeconds(1));
    runWork();

    assertThat(reports).last().isEqualTo("failed: it was cancelled");
    assertThat(place.started()).isEqualTo(1);
    assertThat(place.open("any").info(local.location().workerKey())).isEmpty();
  }
}
