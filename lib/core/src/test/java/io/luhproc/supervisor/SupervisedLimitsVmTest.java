package io.luhproc.supervisor;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.cgroup.Cgroups;
import io.luhproc.limits.LimitKind;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessInfoReader;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.StopPolicy;
import io.luhproc.service.SupervisorEvent;
import io.luhproc.service.SupervisorEvent.LimitsChanged;
import io.luhproc.service.SupervisorEvent.OutOfMemory;
import io.luhproc.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services with limits that the kernel enforces by cgroup v2; see {@code .ci/cgroup2}. */
@Tag("cgroup2")
class SupervisedLimitsVmTest {
  private static final Path BASE =
      Path.of(System.getenv().getOrDefault("CGROUP2_DELEGATED", "/none"));
  private static final String EATS_MEMORY = "x=0123456789; while :; do x=$x$x; done";

  @TempDir private Path folder;
  private final Queue<SupervisorEvent> events = new ConcurrentLinkedQueue<>();
  private Supervisor supervisor;

  @BeforeEach
  void start() {
    supervisor = supervise("services");
  }

  private Supervisor supervise(String directory) {
    Supervisor built =
        Supervisor.builder().directory(folder.resolve(directory)).cgroup(BASE).build();
    EventRegistration ignored = built.onEvent(events::add);
    return built;
  }

  @AfterEach
  void stop() throws IOException {
    supervisor.close();
    List<Path> left = groups();
    Cgroups.withRoot(BASE).removeEmpty(name -> true);
    assertThat(left).as("remaining control groups").isEmpty();
  }

  private static List<Path> groups() {
    try (Stream<Path> all = Files.list(BASE)) {
      return all.filter(it -> it.getFileName().toString().startsWith(Cgroups.NAME_PREFIX)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(String file) throws IOException {
    return Files.readString(groups().get(0).resolve(file)).strip();
  }

  private static ProcessSpec.Builder shell(String text) {
    return ProcessSpec.command("web", "bash", "-c", text)
        .minReadyTime(ofMillis(10))
        .stop(StopPolicy.defaults().grace(ofSeconds(20)))
        .restart(RestartPolicy.never());
  }

  private static ResourceLimits.Builder limits() {
    return ResourceLimits.builder();
  }

  private void add(ProcessSpec.Builder web) {
    supervisor.add(service(web));
  }

  private static ServiceSpec service(ProcessSpec.Builder web) {
    return ServiceSpec.named("shop").process(web).build();
  }

  private ServiceStatus begin() throws Exception {
    return supervisor.start("shop").get(60, SECONDS);
  }

  private ProcessStatus web() {
    return supervisor.status("shop").process("web");
  }

  private <T> List<T> eventsOf(Class<T> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @Test
  void processExceedingMemoryLimitIsKilledAndReportedAsOutOfMemory() throws Exception {
    add(shell("sleep 1; " + EATS_MEMORY).limits(limits().memory("16MiB")));
    begin();
    assertThat(web().limits().isFullyEnforced()).as("%s", web().limits()).isTrue();
    ServiceStatus failed = supervisor.await("shop", ProcessState.FAILED, ofSeconds(60)).get();
    assertThat(failed.cause().orElseThrow().kind()).isEqualTo(Cause.Kind.OUT_OF_MEMORY);
    assertThat(supervisor.why("shop")).contains("killed because its memory limit was reached");
    Eventually.holds("the event is delivered", () -> eventsOf(OutOfMemory.class).size() == 1);
    Eventually.holds("its control group is removed", () -> groups().isEmpty());
  }

  @Test
  void limitsApplyBeforeExec() throws Exception {
    add(
        shell("exec 2>&1; read me < /proc/self/cgroup; echo $me; ls; sleep 60")
            .limits(limits().pids(1).cpuPercent(50)));
    CompletableFuture<ServiceStatus> ignored = supervisor.start("shop");
    Eventually.holds(
        "the process has failed to fork",
        () -> supervisor.output("shop", "web").snapshot().contains("fork"));
    assertThat(supervisor.output("shop", "web").snapshot())
        .contains(Cgroups.NAME_PREFIX)
        .containsIgnoringCase("fork: retry: Resource temporarily unavailable");
  }

  @Test
  void cpuQuotaOfHalfHalvesCpuTime() throws Exception {
    add(shell("while :; do :; done").limits(limits().cpuPercent(25)));
    begin();
    Duration before = cpuTime();
    assertThatThrownBy(supervisor.await("shop", ProcessState.FAILED, ofSeconds(4))::get)
        .hasMessageContaining("was not FAILED");
    assertThat(cpuTime().minus(before)).isBetween(ofMillis(500), ofMillis(1600));
  }

  private static Duration cpuTime() throws IOException {
    String first = read("cpu.stat").lines().findFirst().orElseThrow();
    return Duration.ofNanos(1000 * Long.parseLong(first.substring("usage_usec ".length())));
  }

  @Test
  void limitsChangeWhileProcessRuns() throws Exception {
    add(shell("exec sleep 300").limits(limits().memory("64MiB")));
    ServiceStatus before = begin();
    supervisor
        .update(service(shell("exec sleep 300").limits(limits().memory("32MiB").pids(7))))
        .get(60, SECONDS);
    Eventually.holds(
        "the new limit is reported", () -> web().limits().statusOf(LimitKind.PIDS).isPresent());
    assertThat(read("memory.max")).isEqualTo("33554432");
    assertThat(read("pids.max")).isEqualTo("7");
    assertThat(web().identity()).isEqualTo(before.process("web").identity());
    Eventually.holds("the event is delivered", () -> eventsOf(LimitsChanged.class).size() == 1);
  }

  @Test
  void pausedTreeIsFrozenAndStopsImmediately() throws Exception {
    add(shell("(while :; do :; done) & trap 'exit 0' TERM; wait").limits(limits().pids(9)));
    begin();
    supervisor.pause("shop").get(60, SECONDS);
    assertThat(web().paused()).isTrue();
    assertThat(read("cgroup.freeze")).isEqualTo("1");
    supervisor.resume("shop").get(60, SECONDS);
    assertThat(read("cgroup.freeze")).isEqualTo("0");
    assertThat(web().paused()).isFalse();
    supervisor.pause("shop").get(60, SECONDS);
    // Shorter than the grace period: a frozen process is thawed so that it handles SIGTERM.
    assertThat(supervisor.stop("shop").get(15, SECONDS).state()).isEqualTo(ProcessState.INACTIVE);
    Eventually.holds("its control group is removed", () -> groups().isEmpty());
  }

  @Test
  void processPausedByPreviousSupervisorStaysPausedUntilResumed() throws Exception {
    ProcessSpec.Builder web =
        shell("(while :; do :; done) & trap 'exit 0' TERM; wait").limits(limits().pids(9));
    add(web);
    begin();
    supervisor.pause("shop").get(60, SECONDS);
    supervisor.detach();
    supervisor = supervise("services");
    add(web);
    assertThat(web().paused()).isTrue();
    assertThat(read("cgroup.freeze")).isEqualTo("1");
    supervisor.resume("shop").get(60, SECONDS);
    assertThat(read("cgroup.freeze")).isEqualTo("0");
    assertThat(web().paused()).isFalse();
    supervisor.pause("shop").get(60, SECONDS);
    supervisor.detach();
    supervisor = supervise("services");
    add(web);
    assertThat(supervisor.stop("shop").get(15, SECONDS).state()).isEqualTo(ProcessState.INACTIVE);
    Eventually.holds("its control group is removed", () -> groups().isEmpty());
  }

  @Test
  void processStoppedBySignalIsPausedForNextSupervisorUntilResumed() throws Exception {
    ProcessSpec.Builder web = shell("exec sleep 300").limits(limits().pids(9));
    add(web);
    begin();
    supervisor.signal("shop", "STOP").get(60, SECONDS);
    Eventually.holds("the process is stopped", this::isStopped);
    supervisor.detach();
    supervisor = supervise("services");
    add(web);
    assertThat(web().paused()).isTrue();
    supervisor.resume("shop").get(60, SECONDS);
    Eventually.holds("the process runs again", () -> !isStopped());
    assertThat(web().paused()).isFalse();
  }

  private boolean isStopped() {
    long pid = web().identity().orElseThrow().pid();
    return ProcessTable.system().find(pid).filter(ProcessStat::isStopped).isPresent();
  }

  @Test
  void forkStormIsTerminated() throws Exception {
    String storm =
        "trap '' TERM; f() { f 2>/dev/null & sleep 0.01 2>/dev/null; f; }; f 2>/dev/null";
    add(
        shell(storm)
            .limits(limits().pids(60))
            .stop(StopPolicy.defaults().grace(ofSeconds(1)).timeout(ofSeconds(50))));
    begin();
    Eventually.holds("the fork storm has begun", () -> Integer.parseInt(pids()) > 20);
    assertThat(supervisor.stop("shop").get(60, SECONDS).state()).isEqualTo(ProcessState.INACTIVE);
    Eventually.holds("its control group is removed", () -> groups().isEmpty());
  }

  private static String pids() {
    try {
      return read("pids.current");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void newSupervisorFindsCgroupAndItsOutOfMemoryKill() throws Exception {
    Path go = folder.resolve("go");
    String text = "until [ -e " + go + " ]; do sleep 0.1; done; " + EATS_MEMORY;
    add(shell(text).limits(limits().memory("16MiB")));
    ServiceStatus before = begin();
    supervisor.detach();
    assertThat(groups()).hasSize(1);
    supervisor = supervise("services");
    add(shell(text).limits(limits().memory("12MiB")));
    assertThat(web().identity()).isEqualTo(before.process("web").identity());
    assertThat(web().limits().isFullyEnforced()).as("%s", web().limits()).isTrue();
    assertThat(read("memory.max")).isEqualTo("12582912");
    Files.createFile(go);
    ServiceStatus failed = supervisor.await("shop", ProcessState.FAILED, ofSeconds(60)).get();
    assertThat(failed.cause().orElseThrow().kind()).isEqualTo(Cause.Kind.OUT_OF_MEMORY);
  }

  @Test
  void newSupervisorFindsCgroupWhenLimitsWereRemoved() throws Exception {
    add(shell("exec sleep 300").limits(limits().pids(5)));
    begin();
    supervisor.detach();
    supervisor = supervise("services");
    add(shell("exec sleep 300"));
    assertThat(read("pids.max")).isEqualTo("max");
    supervisor.stop("shop").get(60, SECONDS);
    Eventually.holds("its control group is removed", () -> groups().isEmpty());
  }

  @Test
  void emptyCgroupsOfPreviousSupervisorAreRemovedAndOthersKept() throws Exception {
    add(shell("exec sleep 300").limits(limits().pids(5)));
    long pid = begin().process("web").identity().orElseThrow().pid();
    supervisor.detach();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    Eventually.holds("the process has exited", () -> pids().equals("0"));

    supervisor = supervise("other");
    add(shell("exec sleep 300").limits(limits().pids(6)));
    begin();
    assertThat(groups()).as("two supervisors use the same service name").hasSize(2);
    supervisor.close();
    assertThat(groups()).hasSize(1);

    supervisor = supervise("services");
    supervisor.add(
        ServiceSpec.named("new").process(shell("exec sleep 9").limits(limits().pids(5))).build());
    supervisor.start("new").get(60, SECONDS);
    assertThat(groups()).hasSize(1).first().asString().contains("-new-web-");
  }

  @Test
  void cgroupOfFailedLaunchIsRemoved() {
    add(
        ProcessSpec.command("web", "/no/such")
            .restart(RestartPolicy.never())
            .limits(limits().pids(5)));
    assertThatThrownBy(this::begin).hasMessageContaining("/no/such does not exist");
    Eventually.holds("its control group is removed", () -> groups().isEmpty());
  }

  @Test
  void removeDeletesCgroupOfService() throws Exception {
    add(shell("exec sleep 300").limits(limits().pids(5)));
    long pid = begin().process("web").identity().orElseThrow().pid();
    Eventually.holds(
        "the process is in its control group", () -> group(pid).contains(Cgroups.NAME_PREFIX));
    supervisor.remove("shop").get(60, SECONDS);
    assertThat(groups()).isEmpty();
  }

  private static String group(long pid) {
    return ProcessInfoReader.system().read(pid).map(it -> it.cgroups().get("")).orElse("");
  }
}
