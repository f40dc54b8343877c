package io.luhproc.supervisor;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.limits.LimitKind;
import io.luhproc.limits.LimitReport;
import io.luhproc.limits.LimitStatus;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorEvent.ProcessChanged;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Without control groups, limits are reported as not enforced and memory is polled. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class UnenforcedLimitsProcessTest {
  @TempDir private Path folder;
  private final Queue<ProcessChanged> changes = new ConcurrentLinkedQueue<>();
  private Supervisor supervisor;

  @BeforeEach
  void start() {
    supervisor = build();
    EventRegistration ignored =
        supervisor.onEvent(
            event -> {
              if (event instanceof ProcessChanged change) {
                changes.add(change);
              }
            });
  }

  private Supervisor build() {
    return Supervisor.builder().directory(folder.resolve("services")).withoutCgroups().build();
  }

  @AfterEach
  void stop() {
    supervisor.close();
  }

  private static ServiceSpec limited(ResourceLimits.Builder limits) {
    return ServiceSpec.named("shop")
        .process(ProcessSpec.command("web", "sleep", "60").limits(limits))
        .build();
  }

  private LimitReport limitReport() {
    return supervisor.status("shop").process("web").limits();
  }

  private static void assertUnenforced(LimitReport report, LimitKind... limits) {
    assertThat(report.statuses()).extracting(LimitStatus::kind).containsExactly(limits);
    assertThat(report.statuses())
        .noneMatch(LimitStatus::isEnforced)
        .allMatch(it -> it.reason().contains("built without control groups"));
  }

  @Test
  void unenforcedLimitsAreReportedWithReason() throws Exception {
    supervisor.add(limited(ResourceLimits.builder().memory("64MiB").pids(9)));
    ServiceStatus ignored = supervisor.start("shop").get(30, SECONDS);
    assertUnenforced(limitReport(), LimitKind.MEMORY, LimitKind.PIDS);
    ServiceStatus updated =
        supervisor.update(limited(ResourceLimits.builder().cpuPercent(50))).get(30, SECONDS);
    assertThat(updated.process("web").restarts()).isZero();
    Eventually.holds(
        "the new limit is reported", () -> limitReport().statusOf(LimitKind.CPU).isPresent());
    assertUnenforced(limitReport(), LimitKind.CPU);
  }

  @Test
  void unenforcedLimitsOfAdoptedProcessAreReported() throws Exception {
    supervisor.add(limited(ResourceLimits.builder().memory("64MiB")));
    ServiceStatus before = supervisor.start("shop").get(30, SECONDS);
    supervisor.detach();
    supervisor = build();
    supervisor.add(limited(ResourceLimits.builder().memory("64MiB")));
    assertThat(supervisor.status("shop").process("web").identity())
        .isEqualTo(before.process("web").identity());
    assertUnenforced(limitReport(), LimitKind.MEMORY);
  }

  @Test
  void processExceedingMaxMemoryIsRestarted() throws Exception {
    // tail keeps the bytes that it may print in memory.
    String grows = "head -c 40000000 /dev/zero; sleep 60";
    supervisor.add(
        ServiceSpec.named("shop")
            .process(
                ProcessSpec.command("web", "bash", "-c", "exec tail -c 40000000 < <(" + grows + ")")
                    .maxMemoryRestart("20MiB")
                    .minReadyTime(ofMillis(1))
                    .restart(RestartPolicy.onFailure().delay(ofMillis(10))))
            .build());
    ServiceStatus first = supervisor.start("shop").get(30, SECONDS);
    Eventually.holds(
        "the process was restarted", () -> supervisor.status("shop").process("web").restarts() > 0);
    supervisor.await("shop", ProcessState.RUNNING, ofSeconds(30)).get();
    assertThat(supervisor.status("shop").process("web").identity())
        .isNotEqualTo(first.process("web").identity());
    Eventually.holds(
        "the event is delivered",
        () -> changes.stream().anyMatch(UnenforcedLimitsProcessTest::isMemoryLimit));
    assertThat(changes)
        .filteredOn(UnenforcedLimitsProcessTest::isMemoryLimit)
        .first()
        .extracting(ProcessChanged::reason)
        .asString()
        .contains("of memory, more than its maxMemoryRestart of 20MiB");
  }

  private static boolean isMemoryLimit(ProcessChanged change) {
    return change.cause().kind() == Cause.Kind.MEMORY_LIMIT;
  }
}
