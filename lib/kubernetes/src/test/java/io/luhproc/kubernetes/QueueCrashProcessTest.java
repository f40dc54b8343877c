package io.luhproc.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.contract.KilledQueue;
import io.luhproc.kubernetes.stub.StubPod;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class QueueCrashProcessTest {
  private static final int LIMIT = 50;

  private final List<String> ran = new CopyOnWriteArrayList<>();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostRunning = new AtomicInteger();
  private final ScheduledExecutorService ends = Executors.newSingleThreadScheduledExecutor();

  @Test
  void killedQueueLosesAndDoublesNoWorkerOfCluster(@TempDir Path home) throws Exception {
    Map<String, String> environment =
        Map.of("KUBECONFIG", home.resolve("config").toString(), "LUHPROC_K8S_IMAGE", "shop/web:7");
    try (EngineFixture fixture = new EngineFixture(home, TimeSource.system())) {
      fixture.server.setProcess(this::runForMoment);
      new KilledQueue(home, environment, "k8s:shop", LIMIT).run(300, () -> List.copyOf(ran));
    } finally {
      ends.shutdownNow();
    }
    assertThat(mostRunning).hasValueLessThanOrEqualTo(LIMIT);
  }

  private void runForMoment(StubPod pod) {
    ran.add(pod.variable("LUHPROC_ID"));
    mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
    pod.run();
    Future<?> ignored = ends.schedule(() -> end(pod), 100, TimeUnit.MILLISECONDS);
  }

  private void end(StubPod pod) {
    running.decrementAndGet();
    pod.exit(0);
  }
}
