package io.luhproc.supervisor;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.HealthCheck;
import io.luhproc.health.HealthResult;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorEvent.EventsLost;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.ThreadPool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Slow or throwing user code delays no supervision. */
@Tag("process")
@ExtendWith(LeakCheck.class)
@Timeout(60)
class SupervisorResponsivenessTest {
  @TempDir private Path folder;
  private final CountDownLatch testFinished = new CountDownLatch(1);
  private Supervisor supervisor;

  @BeforeEach
  void open() {
    supervisor = SupervisorMain.builder(folder.resolve("services")).build();
  }

  @AfterEach
  void close() {
    testFinished.countDown();
    supervisor.close();
    assertThat(MarkedProcesses.aliveUnder(folder.resolve("services"))).isEmpty();
  }

  private void neverReturn() {
    boolean finished = false;
    while (!finished) {
      try {
        finished = testFinished.await(1, TimeUnit.MINUTES);
      } catch (InterruptedException ignored) {
        // The code under test must hang even when it is interrupted.
      }
    }
  }

  /** Starts a service, kills its process and waits until another one runs. */
  private void assertSupervises(String service) throws Exception {
    supervisor.add(
        ServiceSpec.named(service)
            .process(
                ProcessSpec.command("main", "sleep", "300")
                    .minReadyTime(ofMillis(1))
                    .restart(RestartPolicy.always().delay(ofMillis(1))))
            .build());
    ServiceStatus up = supervisor.start(service).get(20, SECONDS);
    long first = up.process("main").identity().orElseThrow().pid();
    boolean ignored = ProcessHandle.of(first).orElseThrow().destroyForcibly();
    Eventually.holds(
        "the process is restarted",
        () -> supervisor.status(service).process("main").restarts() == 1);
    supervisor.await(service, ProcessState.RUNNING, ofSeconds(20)).get(20, SECONDS);
    supervisor.stop(service).get(20, SECONDS);
  }

  @Test
  void throwingOrHangingListenersDelayNothing() throws Exception {
    AtomicInteger thrown = new AtomicInteger();
    AtomicInteger seen = new AtomicInteger();
    EventRegistration throwing =
        supervisor.onEvent(
            event -> {
              thrown.incrementAndGet();
              throw new IllegalStateException("on purpose");
            });
    EventRegistration hanging = supervisor.onEvent(event -> neverReturn());
    EventRegistration counting = supervisor.onEvent(event -> seen.incrementAndGet());
    assertSupervises("shop");
    Eventually.holds(
        "all listeners get all events", () -> seen.get() > 8 && thrown.get() == seen.get());
    assertThat(List.of(throwing, hanging, counting)).doesNotContainNull();
  }

  @Test
  void slowListenerLosesOldestEventsAndReceivesCount() throws Exception {
    AtomicInteger lost = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    EventRegistration ignored =
        supervisor.onEvent(
            event -> {
              await(go);
              if (event instanceof EventsLost it) {
                lost.addAndGet((int) it.count());
              }
            });
    supervisor.add(
        ServiceSpec.named("crashes")
            .process(
                ProcessSpec.shell("main", "exit 1")
                    .restart(RestartPolicy.always().delay(ofMillis(1)).maxDelay(ofMillis(1)))
                    .replicas(20))
            .build());
    CompletableFuture<ServiceStatus> started = supervisor.start("crashes");
    Eventually.holds(
        "the processes exit often",
        () ->
            supervisor.status("crashes").processes().stream()
                    .mapToLong(ProcessStatus::restarts)
                    .sum()
                > 300);
    assertThat(started).isCompletedExceptionally();
    assertSupervises("shop");
    supervisor.stop("crashes").get(20, SECONDS);
    go.countDown();
    Eventually.holds("the loss is reported", () -> lost.get() > 0);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void hangingFutureCallbackDelaysNoOtherFuture() throws Exception {
    List<CompletableFuture<?>> stuck = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      supervisor.add(SupervisorMain.service("sleep" + i));
      stuck.add(supervisor.start("sleep" + i).thenRun(this::neverReturn));
    }
    stuck.add(supervisor.startAll().thenRun(this::neverReturn));
    assertSupervises("shop");
    assertThat(stuck).noneMatch(CompletableFuture::isCompletedExceptionally);
  }

  @Test
  void immediateFutureCompletesOffSupervisorThread() throws Exception {
    Queue<CompletableFuture<?>> stuck = new ConcurrentLinkedQueue<>();
    // A callback of a completed future runs on the calling thread, not on a reply thread.
    ThreadPool callers = ThreadPool.withMaxThreads(8, "callers");
    for (int i = 0; i < 8; i++) {
      callers.execute(() -> stuck.add(supervisor.startAll().thenRun(this::neverReturn)));
    }
    assertSupervises("shop");
    assertThat(stuck).noneMatch(CompletableFuture::isDone);
    testFinished.countDown();
    callers.close();
  }

  @Test
  void callbackMayWaitForAnotherFuture() throws Exception {
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String service = "sleep" + i;
      supervisor.add(SupervisorMain.service(service));
      all.add(
          supervisor
              .start(service)
              .thenApply(up -> supervisor.restart(service).join())
              .thenApply(up -> supervisor.stop(service).join()));
    }
    for (CompletableFuture<?> one : all) {
      one.get(30, SECONDS);
    }
  }

  @Test
  void throwingOrHangingChecksDelayNothing() throws Exception {
    HealthCheck hangs =
        target -> {
          neverReturn();
          return HealthResult.healthy("never");
        };
    HealthCheck throwing =
        target -> {
          throw new StackOverflowError("on purpose");
        };
    supervisor.add(checked("hangs", hangs), checked("throws", throwing));
    List<CompletableFuture<ServiceStatus>> starts =
        List.of(supervisor.start("hangs"), supervisor.start("throws"));
    assertSupervises("shop");
    Eventually.holds(
        "both checks fail", () -> isFailing("hangs", "") && isFailing("throws", "on purpose"));
    assertThat(starts).noneMatch(it -> it.isDone() && !it.isCompletedExceptionally());
    supervisor.stop("hangs").get(20, SECONDS);
    supervisor.stop("throws").get(20, SECONDS);
  }

  private static ServiceSpec checked(String name, HealthCheck check) {
    return ServiceSpec.named(name)
        .process(
            ProcessSpec.command("main", "sleep", "300")
                .health(
                    check
                        .policy()
                        .every(ofMillis(50))
                        .timeout(ofMillis(50))
                        .restartWhenUnhealthy(false)))
        .build();
  }

  private boolean isFailing(String service, String detail) {
    return supervisor.status(service).process("main").health().stream()
        .flatMap(state -> state.history().stream())
        .anyMatch(it -> !it.result().isHealthy() && it.result().detail().contains(detail));
  }
}
